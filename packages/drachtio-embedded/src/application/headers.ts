import type { ApplicationSip } from '@ringback/drachtio-wire';
import { canonicalName, formatNameAddr, knownName, parseNameAddr, type SipHeader } from '@ringback/sip';
import { type Flow, formatAddress } from '../transport/flow.ts';

/** The server's own business; an application's idea of them is dropped in silence. */
const NEVER_FROM_APPLICATION = new Set(['Via', 'Route', 'RSeq', 'Record-Route', 'Content-Length']);

/** Where `@localhost` stands for "the address of the socket this goes out on". */
const OWN_ADDRESS_HEADERS = new Set(['From', 'To', 'Contact', 'P-Asserted-Identity']);

/**
 * What an application may set of a message: its own headers, with our address where it wrote `localhost`, and without
 * control characters, which it may have from whoever gave it a name.
 */
export function applicationHeaders(sip: ApplicationSip, flow: Flow): SipHeader[] {
  const headers: SipHeader[] = [];
  for (const header of sip.headers) {
    const name = knownName(header.name) ?? capitalised(header.name);
    if (NEVER_FROM_APPLICATION.has(name)) continue;
    const value = header.value.replace(/\p{Cc}+/gu, ' ').trim();
    headers.push({ name, value: OWN_ADDRESS_HEADERS.has(name) ? ownAddress(name, value, flow) : value });
  }
  return headers;
}

/** drachtio-srf writes names in lower case; `X-` names are left as they are. */
function capitalised(name: string): string {
  if (/^x-/i.test(name)) return name;
  return name.replace(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => dash + letter.toUpperCase());
}

function ownAddress(name: string, value: string, flow: Flow): string {
  if (!value.includes('@localhost')) return bracketed(value);
  const replaced = value.replace(/@localhost(?::\d+)?(?![\w.-])/g, `@${formatAddress(flow.advertised)}`);
  return bracketed(name === 'Contact' ? withTransport(replaced, flow) : replaced);
}

/** Peers look for the brackets, and drachtio-server writes them. What is no single address stays as it is. */
function bracketed(value: string): string {
  const parsed = value.includes('<') ? undefined : parseNameAddr(value);
  return parsed ? formatNameAddr(parsed) : value;
}

/** Without it, the peer would send its requests inside the dialog over UDP. */
function withTransport(contact: string, flow: Flow): string {
  const parsed = parseNameAddr(contact);
  if (flow.transport === 'udp' || !parsed || /;transport=/i.test(parsed.uri)) return contact;
  return formatNameAddr({ ...parsed, uri: `${parsed.uri};transport=${flow.transport}` });
}

/** The last value of a header the application set. */
export function takeHeader(headers: SipHeader[], name: string): string | undefined {
  const canonical = canonicalName(name);
  return headers.findLast((header) => header.name === canonical)?.value;
}

/** The headers without those named. */
export function without(headers: SipHeader[], ...names: string[]): SipHeader[] {
  return headers.filter((header) => !names.includes(header.name));
}

/** A body needs a type: SDP is recognised, anything else has to be named. */
export function impliedContentType(headers: SipHeader[], body: Uint8Array): SipHeader[] | 'missing' {
  if (body.length === 0 || takeHeader(headers, 'Content-Type') !== undefined) return [];
  const isSdp = body[0] === 0x76 && body[1] === 0x3d && body[2] === 0x30;
  return isSdp ? [{ name: 'Content-Type', value: 'application/sdp' }] : 'missing';
}
