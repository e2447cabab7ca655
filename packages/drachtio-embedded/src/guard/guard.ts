import type { Socket } from 'node:net';
import { Recent } from '@ringback/sip';
import type { Clock } from '../clock.ts';
import { type Meter, silentMeter } from '../core/meter.ts';
import { plainAddress } from '../transport/flow.ts';
import { BanList } from './ban-list.ts';
import type { GuardSettings } from './options.ts';
import { noRefusals, type RefusalCounts, type RefusalReason } from './refusals.ts';
import { type Bucket, fullBucket, takeToken } from './token-bucket.ts';

/** What is remembered of one address. */
interface Known {
  readonly exempt: boolean;
  readonly bucket: Bucket;
  strikes: number;
  strikesSinceMs: number;
  /** Somebody there has shown good credentials lately. */
  trustedUntilMs: number;
}

/** How long a success protects an address from bans that anybody could cause who writes its address on a datagram. */
const TRUST_MS = 3_600_000;

/** Keeps out who sends too much, too often wrong, or over too many connections; by address, before anything is parsed. */
export class Guard {
  readonly settings: GuardSettings;
  readonly #clock: Clock;
  readonly #meter: Pick<Meter, 'refused'>;
  readonly #known: Recent<string, Known>;
  readonly #bans: BanList;
  readonly #connections = new Map<string, number>();
  readonly #refused: RefusalCounts = noRefusals();

  constructor(settings: GuardSettings, clock: Clock, meter: Pick<Meter, 'refused'> = silentMeter) {
    this.settings = settings;
    this.#meter = meter;
    this.#clock = clock;
    this.#known = new Recent(settings.addresses);
    this.#bans = new BanList(settings.addresses);
  }

  /** How often each reason applied since the start. */
  get refused(): RefusalCounts {
    return { ...this.#refused };
  }

  get banned(): number {
    return this.#bans.size;
  }

  count(reason: RefusalReason): void {
    this.#refused[reason] += 1;
    this.#meter.refused(reason);
  }

  /** Whether a message of that address is looked at. */
  admits(address: string): boolean {
    const nowMs = this.#clock.nowMs();
    const known = this.#get(address, nowMs);
    if (known.exempt) return true;
    if (this.#bans.has(address, nowMs)) return this.#refuse('banned');
    const { rate } = this.settings;
    return !rate || takeToken(known.bucket, rate, nowMs) || this.#refuse('rate');
  }

  /** Whether a connection is taken; it is counted until it closes. */
  accepts(socket: Socket): boolean {
    const { host } = plainAddress(socket.remoteAddress, socket.remotePort);
    const nowMs = this.#clock.nowMs();
    if (this.#get(host, nowMs).exempt) return true;
    if (this.#bans.has(host, nowMs)) return this.#refuse('banned');
    const open = this.#connections.get(host) ?? 0;
    const { connectionsPerAddress } = this.settings;
    if (connectionsPerAddress > 0 && open >= connectionsPerAddress) return this.#refuse('connections');
    this.#connections.set(host, open + 1);
    socket.once('close', () => this.#disconnected(host));
    return true;
  }

  /**
   * Something was wrong with what came from there. `proven` when it came over a connection: then nobody else can have
   * written that address on it.
   */
  strike(address: string, proven: boolean): void {
    const { ban } = this.settings;
    const nowMs = this.#clock.nowMs();
    const known = this.#get(address, nowMs);
    if (known.exempt || !ban || (!proven && nowMs < known.trustedUntilMs)) return;
    if (nowMs - known.strikesSinceMs > ban.withinSec * 1000) {
      known.strikes = 0;
      known.strikesSinceMs = nowMs;
    }
    known.strikes += 1;
    if (known.strikes < ban.strikes) return;
    known.strikes = 0;
    this.#bans.add(address, nowMs + ban.forSec * 1000);
  }

  /** Good credentials came from there. */
  trust(address: string): void {
    const nowMs = this.#clock.nowMs();
    const known = this.#get(address, nowMs);
    known.strikes = 0;
    known.trustedUntilMs = nowMs + TRUST_MS;
  }

  #get(address: string, nowMs: number): Known {
    const known = this.#known.get(address);
    if (known) return known;
    const fresh: Known = {
      exempt: this.settings.exempt.some((subnet) => subnet.contains(address)),
      bucket: fullBucket(this.settings.rate ?? { perSecond: 0, burst: 0 }, nowMs),
      strikes: 0,
      strikesSinceMs: nowMs,
      trustedUntilMs: 0,
    };
    this.#known.set(address, fresh);
    return fresh;
  }

  #disconnected(host: string): void {
    const left = (this.#connections.get(host) ?? 1) - 1;
    if (left > 0) this.#connections.set(host, left);
    else this.#connections.delete(host);
  }

  #refuse(reason: RefusalReason): false {
    this.count(reason);
    return false;
  }
}
