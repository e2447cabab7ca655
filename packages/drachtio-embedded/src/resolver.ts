import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DEFAULT_PORTS } from './contact.ts';
import type { SocketAddress, TransportName } from './transport/flow.ts';

/** Where a request goes next, as its URI says it. */
export interface NextHop {
  host: string;
  /** undefined: the URI names none. */
  port: number | undefined;
  transport: TransportName;
}

/** RFC 3263 finds addresses; the first of them is used. An empty list: the name does not exist. */
export type Resolver = (hop: NextHop) => Promise<SocketAddress[]>;

/** IP literals as they are, names by A and AAAA records. */
export const resolveByAddressRecord: Resolver = async (hop) => {
  const port = hop.port ?? DEFAULT_PORTS[hop.transport];
  if (isIP(hop.host) !== 0) return [{ host: hop.host, port }];
  // `.invalid` never exists (RFC 2606); asking the network would only lose time.
  if (/(^|\.)invalid\.?$/i.test(hop.host)) return [];
  const found = await lookup(hop.host, { all: true, order: 'ipv4first' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN' || error.code === 'ENODATA') return [];
      throw error;
    },
  );
  return found.map(({ address }) => ({ host: address, port }));
};
