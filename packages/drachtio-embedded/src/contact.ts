import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { TRANSPORT_NAMES, type TransportName } from './transport/flow.ts';

/** Where to listen: one host and port for one or more transports, as drachtio writes it. */
export interface ContactSpec {
  host: string;
  /** 0 lets the system choose. Left out, it is the transport's own. */
  port: number | undefined;
  transports: TransportName[];
}

export const DEFAULT_PORTS: Record<TransportName, number> = {
  udp: 5060,
  tcp: 5060,
  tls: 5061,
  ws: 80,
  wss: 443,
};

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
  return { host: host === 'localhost' ? '127.0.0.1' : host, port, transports };
}

/** What to call ourselves when bound to every address: the first address that others can reach, else loopback. */
export function reachableHost(boundHost: string): string {
  if (boundHost !== '0.0.0.0' && boundHost !== '::') return boundHost;
  const family = boundHost === '::' ? 'IPv6' : 'IPv4';
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outside = addresses.find((address) => !address.internal && address.family === family);
  return outside?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1');
}
