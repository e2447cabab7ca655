import { isIP } from 'node:net';
import { bareHost, parseHostPort, parseUri, referenceHost } from '@ringback/sip';
import type { BindingRow } from '@ringback/store';

/**
 * Where to send an INVITE for a binding when its contact does not say it. Over a connection (TCP, WebSocket) the SIP
 * server finds the one that the contact was registered on. A UDP phone behind NAT, or on a machine with several
 * addresses, may name one that does not lead to it: then it is sent to where its REGISTER came from (RFC 3581).
 */
export function nextHop({
  contact,
  transport,
  remoteAddress,
}: Pick<BindingRow, 'contact' | 'transport' | 'remoteAddress'>): string | undefined {
  if (transport !== 'udp') return undefined;
  const uri = parseUri(contact);
  const source = parseHostPort(remoteAddress);
  if (!uri || !source?.port) return undefined;
  const host = bareHost(uri.host);
  const sourceHost = bareHost(source.host);
  // Two addresses of one phone may name different ports on purpose; two hosts may not.
  if (host === sourceHost || isIP(sourceHost) === 0) return undefined;
  return `sip:${referenceHost(sourceHost)}:${source.port};transport=udp`;
}
