import { once } from 'node:events';
import type { Server } from 'node:net';

export type ListenAddress = { readonly host: string; readonly port: number };

/** Literal IPv6 addresses stand in brackets (RFC 3986 3.2.2). */
export function written({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** @throws Error with a sentence, and `code: 'EADDRINUSE'` when the port is taken. */
export async function listen(server: Server, address: ListenAddress, what: string): Promise<number> {
  const listening = once(server, 'listening');
  server.listen({ host: address.host, port: address.port });
  try {
    await listening;
  } catch (error) {
    throw listenError(error as NodeJS.ErrnoException, address, what);
  }
  const bound = server.address();
  return typeof bound === 'object' && bound ? bound.port : address.port;
}

export function listenError(
  { code, message }: NodeJS.ErrnoException,
  address: ListenAddress,
  what: string,
): Error {
  const reason = code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be listened on: ${message}`;
  return Object.assign(new Error(`NG control port ${written(address)} (${what}) ${reason}`), { code });
}
