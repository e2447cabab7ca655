import { isIP } from 'node:net';
import { TRANSPORT_NAMES, type TransportName } from './transport/flow.ts';
import { parseSubnet, type Subnet } from './transport/subnet.ts';

/** One contact with what peers are told about it: drachtio's `--contact` and what may follow it. */
export interface ContactOptions {
  /** drachtio's syntax: `sip:127.0.0.1:5060;transport=udp,tcp`. Port 0 takes any. */
  contact: string;
  /** `--external-ip`: what peers outside of the local networks find in Via and Contact; an IP address or a name. */
  externalHost?: string;
  /**
   * `--local-net`, CIDR: peers in there are shown the bound address. Left out, the private range (RFC 1918) around the
   * bound address, if it is a private one. Empty: everybody is shown the external one.
   */
  localNets?: readonly string[];
  /** `--dns-name`: more names that mean this host. */
  dnsNames?: readonly string[];
}

/** Where to listen: one host and port for one or more transports. */
export interface ContactSpec {
  host: string;
  /** 0 lets the system choose. Left out, it is the transport's own. */
  port: number | undefined;
  transports: TransportName[];
  /** Written as a sips URI: so are those that peers are given. */
  sips: boolean;
  externalHost?: string;
  localNets?: readonly Subnet[];
  dnsNames?: readonly string[];
}

const isTransport = (name: string): name is TransportName => TRANSPORT_NAMES.some((known) => known === name);

/**
 * Reads `sip:127.0.0.1:5060;transport=udp,tcp`. No transport means udp and tcp, `*` as host means every address.
 * @throws Error with a sentence for the user when it cannot be read.
 */
export function parseContactSpec(text: string): ContactSpec {
  const match = /^(sips?):(?:[^@]*@)?(\[[0-9a-fA-F:.]+\]|[^:;[\]]+)(?::(\d{1,5}))?((?:;[^;]+)*)$/.exec(
    text.trim(),
  );
  const refuse = (why: string) => new Error(`contact "${text}": ${why}`);
  if (!match) throw refuse('expected sip:address:port;transport=udp,tcp');
  const [, scheme, rawHost = '', rawPort, params = ''] = match;
  const host = rawHost === '*' ? '0.0.0.0' : rawHost.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0 && host !== 'localhost')
    throw refuse('the host must be an IP address, localhost or *');
  const port = rawPort === undefined ? undefined : Number(rawPort);
  if (port !== undefined && port > 65_535) throw refuse('the port is out of range');
  const named = /;transport=([^;]+)/i.exec(params)?.[1]?.toLowerCase().split(',');
  const names = named ?? (scheme === 'sips' ? ['tls'] : ['udp', 'tcp']);
  const transports = names.filter(isTransport);
  if (transports.length !== names.length)
    throw refuse(`transport must be one of ${TRANSPORT_NAMES.join(', ')}`);
  return { host: host === 'localhost' ? '127.0.0.1' : host, port, transports, sips: scheme === 'sips' };
}

/**
 * A contact with its addresses.
 * @throws Error with a sentence for the user that names the contact and what is wrong with it.
 */
export function parseContact(options: ContactOptions | string): ContactSpec {
  if (typeof options === 'string') return parseContactSpec(options);
  const { contact, externalHost, localNets, dnsNames } = options;
  if (externalHost !== undefined && !isHost(externalHost))
    throw new Error(`contact "${contact}": the external host must be an IP address or a name`);
  return {
    ...parseContactSpec(contact),
    ...(externalHost === undefined ? {} : { externalHost }),
    ...(localNets === undefined ? {} : { localNets: localNets.map((text) => localNet(contact, text)) }),
    ...(dnsNames === undefined ? {} : { dnsNames }),
  };
}

const isHost = (text: string) => isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text);

function localNet(contact: string, text: string): Subnet {
  const subnet = parseSubnet(text);
  if (!subnet)
    throw new Error(`contact "${contact}": local network "${text}" must read like 10.132.0.0/20 or fd00::/8`);
  return subnet;
}
