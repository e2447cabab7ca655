import type { Clock } from '../clock.ts';
import type { Dns, DnsAnswer } from './dns.ts';

/** Names that are remembered at a time; then the one asked first makes room. */
const MAX_NAMES = 2000;
const MAX_TTL_SEC = 3600;

interface Entry {
  answer: Promise<DnsAnswer<unknown>>;
  /** Infinity while the answer is under way: whoever asks meanwhile waits for the same one. */
  untilMs: number;
}

/** A DNS that asks once for what it is asked often, as long as the records live. */
export function cachedDns(dns: Dns, clock: Clock): Dns {
  const entries = new Map<string, Entry>();
  const remember = <T>(key: string, ask: () => Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> => {
    const known = entries.get(key);
    if (known && clock.nowMs() < known.untilMs) return known.answer as Promise<DnsAnswer<T>>;
    entries.delete(key);
    const oldest = entries.size >= MAX_NAMES ? entries.keys().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest);
    const answer = ask();
    const entry: Entry = { answer, untilMs: Number.POSITIVE_INFINITY };
    entries.set(key, entry);
    void answer.then(({ ttlSec }) => {
      entry.untilMs = clock.nowMs() + Math.min(ttlSec, MAX_TTL_SEC) * 1000;
    });
    return answer;
  };
  return {
    naptr: (name) => remember(`naptr ${name}`, () => dns.naptr(name)),
    srv: (name) => remember(`srv ${name}`, () => dns.srv(name)),
    addresses: (name, family) => remember(`${family} ${name}`, () => dns.addresses(name, family)),
  };
}
