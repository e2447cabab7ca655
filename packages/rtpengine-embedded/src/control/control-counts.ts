import type { NgCommandName, NgDictionary } from '@ringback/rtpengine-ng';
import { decimal } from './merged-statistics.ts';

/** What rtpengine calls each command in its counters. */
const SHORT: Readonly<Record<NgCommandName, string>> = {
  ping: 'ping',
  offer: 'offer',
  answer: 'answer',
  delete: 'delete',
  query: 'query',
  list: 'list',
  statistics: 'stats',
  'start recording': 'startrec',
  'stop recording': 'stoprec',
  'pause recording': 'pauserec',
  'start forwarding': 'startfwd',
  'stop forwarding': 'stopfwd',
  'block DTMF': 'blkdtmf',
  'unblock DTMF': 'unblkdtmf',
  'block media': 'blkmedia',
  'unblock media': 'unblkmedia',
  'silence media': 'slnmedia',
  'unsilence media': 'unslnmedia',
  'play media': 'playmedia',
  'stop media': 'stopmedia',
  'play DTMF': 'playdtmf',
};
const NAMES = Object.entries(SHORT) as [NgCommandName, string][];
/** Clients that are counted apart; the others are one. */
const MAX_PROXIES = 64;
const OTHERS = 'others';

type Proxy = { errors: number; done: Map<NgCommandName, { count: number; durationMs: number }> };

/** What was asked by whom, and how long it took. */
export class ControlCounts {
  readonly #proxies = new Map<string, Proxy>();

  done(from: string, command: NgCommandName, durationMs: number): void {
    const { done } = this.#proxy(from);
    const counted = done.get(command) ?? { count: 0, durationMs: 0 };
    done.set(command, { count: counted.count + 1, durationMs: counted.durationMs + durationMs });
  }

  refused(from: string): void {
    this.#proxy(from).errors++;
  }

  #proxy(from: string): Proxy {
    const name = this.#proxies.has(from) || this.#proxies.size < MAX_PROXIES ? from : OTHERS;
    const proxy = this.#proxies.get(name) ?? { errors: 0, done: new Map() };
    this.#proxies.set(name, proxy);
    return proxy;
  }

  describe(): NgDictionary {
    const proxies = [...this.#proxies].map(([name, proxy]) => describeProxy(name, proxy));
    const totals = NAMES.map(([command, short]) => [`total${short}count`, this.#total(command)]);
    return { proxies, ...Object.fromEntries(totals) };
  }

  #total(command: NgCommandName): number {
    return [...this.#proxies.values()].reduce((sum, { done }) => sum + (done.get(command)?.count ?? 0), 0);
  }
}

function describeProxy(proxy: string, { done, errors }: Proxy): NgDictionary {
  const counters = NAMES.flatMap(([command, short]) => [
    [`${short}count`, done.get(command)?.count ?? 0],
    [`${short}duration`, decimal((done.get(command)?.durationMs ?? 0) / 1000)],
  ]);
  return { proxy, ...Object.fromEntries(counters), errorcount: errors };
}
