import { promises } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { Logger } from '@ringback/runtime';
import type { NaptrRecord, SrvRecord } from '@ringback/sip';

/** Records of one name, and how long they may be kept. None: there are none, or nobody answered. */
export interface DnsAnswer<T> {
  records: readonly T[];
  ttlSec: number;
}

/** What RFC 3263 asks the DNS for. It never rejects: a name nobody can resolve has no records. */
export interface Dns {
  naptr(name: string): Promise<DnsAnswer<NaptrRecord>>;
  srv(name: string): Promise<DnsAnswer<SrvRecord>>;
  addresses(name: string, family: 4 | 6): Promise<DnsAnswer<string>>;
}

export interface DnsOptions {
  /** `address` or `address:port` of the servers to ask. Left out, the system's, and its own idea of addresses (/etc/hosts). */
  servers?: readonly string[];
  /** Of one attempt; there are two for each server. Default 1000. */
  timeoutMs?: number;
}

/** Node does not tell the life of these records, so they are asked for again soon. */
const UNKNOWN_TTL_SEC = 30;
const NO_SUCH_RECORD_TTL_SEC = 10;
/** Enough that a call's own requests do not each wait for a server that is down. */
const NO_ANSWER_TTL_SEC = 2;

const NO_SUCH_RECORD = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME']);

/** The DNS as Node asks it. */
export function nodeDns(options: DnsOptions, logger: Logger): Dns {
  const resolver = new promises.Resolver({ timeout: options.timeoutMs ?? 1000, tries: 2 });
  if (options.servers) resolver.setServers(options.servers);
  const answer = async <T>(name: string, ask: Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> =>
    ask.catch((error: NodeJS.ErrnoException) => {
      if (NO_SUCH_RECORD.has(error.code ?? '')) return { records: [], ttlSec: NO_SUCH_RECORD_TTL_SEC };
      logger.warn({ name, code: error.code }, 'the DNS gave no answer');
      return { records: [], ttlSec: NO_ANSWER_TTL_SEC };
    });
  const addresses = options.servers
    ? (name: string, family: 4 | 6) => byRecord(resolver, name, family)
    : bySystem;
  return {
    naptr: (name) => answer(name, naptr(resolver, name)),
    srv: (name) => answer(name, srv(resolver, name)),
    addresses: (name, family) => answer(name, addresses(name, family)),
  };
}

async function naptr(resolver: promises.Resolver, name: string): Promise<DnsAnswer<NaptrRecord>> {
  return { records: await resolver.resolveNaptr(name), ttlSec: UNKNOWN_TTL_SEC };
}

async function srv(resolver: promises.Resolver, name: string): Promise<DnsAnswer<SrvRecord>> {
  const found = await resolver.resolveSrv(name);
  return {
    records: found.map(({ name: target, ...rest }) => ({ ...rest, target })),
    ttlSec: UNKNOWN_TTL_SEC,
  };
}

async function byRecord(
  resolver: promises.Resolver,
  name: string,
  family: 4 | 6,
): Promise<DnsAnswer<string>> {
  const found = await (family === 4
    ? resolver.resolve4(name, { ttl: true })
    : resolver.resolve6(name, { ttl: true }));
  return {
    records: found.map(({ address }) => address),
    ttlSec: Math.min(...found.map(({ ttl }) => ttl)),
  };
}

async function bySystem(name: string, family: 4 | 6): Promise<DnsAnswer<string>> {
  const found = await lookup(name, { all: true, family });
  return { records: found.map(({ address }) => address), ttlSec: UNKNOWN_TTL_SEC };
}
