import type { Socket } from 'node:net';
import { checkServerIdentity, TLSSocket } from 'node:tls';

/** Whether the peer has shown a certificate that we trust. Of one that connected to us, that takes `verifyClients`. */
export const isProven = (socket: Socket) => socket instanceof TLSSocket && socket.authorized;

/** Whether that certificate speaks for a domain, by the rule for servers we connect to ourselves (RFC 5922 7). */
export function speaksFor(socket: Socket, domain: string): boolean {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return false;
  return checkServerIdentity(domain, socket.getPeerCertificate()) === undefined;
}
