import { isIP } from 'node:net';
import {
  type Inquiry,
  inquiryFor,
  type NextHop,
  orderSrv,
  type Server,
  type SipTransport,
  servicesOffered,
} from '@ringback/sip';
import type { SocketAddress } from '../transport/flow.ts';
import type { Dns } from './dns.ts';

/** One server a request can be sent to. */
export interface Target extends SocketAddress {
  transport: SipTransport;
  /** The name its certificate has to show. */
  domain: string;
  /** The same server by datagram after all: only when it took no connection, since else it has the request already. */
  onlyWhenRefused?: boolean;
}

/** What we have to go there with. */
export interface Ways {
  dns: Dns;
  /** Transports we can open a way with, the preferred first. */
  usable: readonly SipTransport[];
  /** Address families of our sockets for a transport, the preferred first. */
  families(transport: SipTransport): readonly (4 | 6)[];
  random(): number;
}

/** More servers than a request will ever be sent to. */
const MAX_TARGETS = 8;

/** Targets in the order they are to be tried (RFC 3263 4). Undefined: we speak nothing that the URI allows. */
export async function locate(hop: NextHop, ways: Ways): Promise<Target[] | undefined> {
  const inquiry = inquiryFor(hop, ways.usable);
  if (inquiry.kind === 'unusable') return undefined;
  const servers = await serversFor(hop, inquiry, ways);
  const found = await Promise.all(
    servers.slice(0, MAX_TARGETS).map(async ({ host, transport, port }) => {
      const addresses = await addressesOf(host, ways, transport);
      return addresses.map((address) => ({ transport, host: address, port, domain: hop.domain }));
    }),
  );
  return found.flat().slice(0, MAX_TARGETS);
}

interface NamedServer extends Server {
  host: string;
}

async function serversFor(
  hop: NextHop,
  inquiry: Exclude<Inquiry, { kind: 'unusable' }>,
  ways: Ways,
): Promise<NamedServer[]> {
  // `.invalid` never exists (RFC 2606); asking the network would only lose time.
  if (/(^|\.)invalid\.?$/i.test(hop.host)) return [];
  if (inquiry.kind === 'addresses') return [{ ...inquiry, host: hop.host }];
  const offers =
    inquiry.kind === 'offers'
      ? servicesOffered((await ways.dns.naptr(hop.host)).records, inquiry.usable)
      : [];
  const queries = offers.length > 0 ? offers : inquiry.queries;
  const answers = await Promise.all(queries.map(({ name }) => ways.dns.srv(name)));
  const servers = queries.flatMap(({ transport }, index) =>
    orderSrv(answers[index]!.records, ways.random).map(({ target, port }) => ({
      transport,
      host: target,
      port,
    })),
  );
  const denied = answers.some(({ records }) => records.length > 0);
  // RFC 3263 4.2: without any SRV record the host itself is the server.
  return denied ? servers : [{ ...inquiry.otherwise, host: hop.host }];
}

async function addressesOf(host: string, ways: Ways, transport: SipTransport): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const families = ways.families(transport);
  if (/^(.+\.)?localhost\.?$/i.test(host))
    return families.map((family) => (family === 4 ? '127.0.0.1' : '::1'));
  const answers = await Promise.all(families.map((family) => ways.dns.addresses(host, family)));
  return answers.flatMap(({ records }) => records);
}
