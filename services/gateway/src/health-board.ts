import { type Health, PART_NAMES, type PartHealth } from '@ringback/contracts';
import type { Bus, Clock } from '@ringback/runtime';

type PartName = PartHealth['part'];
type OwnPart = () => Promise<PartHealth> | PartHealth;

/** Parts tell of themselves every few seconds; one that is silent for so long is taken for dead. */
const STALE_MS = 15_000;

const RANK = { up: 0, degraded: 1, down: 2 } satisfies Record<PartHealth['state'], number>;

/** What every part last said of itself, and what the gateway finds out by asking. */
export class HealthBoard {
  readonly #clock: Clock;
  readonly #own: Partial<Record<PartName, OwnPart>>;
  readonly #told = new Map<PartName, { health: PartHealth; atMs: number }>();
  readonly #stop: () => void;
  readonly #sinceMs: number;

  constructor(bus: Bus, clock: Clock, own: Partial<Record<PartName, OwnPart>>) {
    this.#clock = clock;
    this.#own = own;
    this.#sinceMs = clock.nowMs();
    this.#stop = bus.subscribe('part.health', (health) => {
      this.#told.set(health.part, { health, atMs: clock.nowMs() });
    });
    // Whatever was there first has told of itself to nobody.
    bus.publish('health.asked', {});
  }

  /** `status` is that of the worst part. */
  async read(version: string): Promise<Health> {
    const parts = await Promise.all(PART_NAMES.map((part) => this.#part(part)));
    const status = parts.reduce<PartHealth['state']>(
      (worst, { state }) => (RANK[state] > RANK[worst] ? state : worst),
      'up',
    );
    return { status, version, parts };
  }

  close(): void {
    this.#stop();
  }

  #part(part: PartName): Promise<PartHealth> | PartHealth {
    const told = this.#told.get(part);
    const silentMs = this.#clock.nowMs() - (told?.atMs ?? this.#sinceMs);
    if (told && silentMs <= STALE_MS) return told.health;
    const own = this.#own[part];
    if (own) return own();
    return {
      part,
      // It may be starting.
      state: silentMs <= STALE_MS ? 'degraded' : 'down',
      mode: told?.health.mode ?? 'embedded',
      detail: told ? `not heard of for ${Math.round(silentMs / 1000)} s` : 'not heard of yet',
    };
  }
}
