import { randomBytes } from 'node:crypto';
import type { Clock } from '@ringback/runtime';

export type Files = Readonly<Record<'udp' | 'tcp' | 'tls', string>>;

/** Long enough to take a phone out of a pocket. */
const LIFETIME_MS = 10 * 60_000;
/** Each is some kilobytes; the oldest makes room. */
const MOST = 100;

/** Files that whoever has the secret may fetch once, for a while. They are in memory alone, since passwords are in them. */
export class OneTimeFiles {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { files: Files; expiresMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(files: Files): { secret: string; expiresAt: string } {
    const secret = randomBytes(24).toString('base64url');
    const expiresMs = this.#clock.nowMs() + LIFETIME_MS;
    this.#forgetOld();
    this.#kept.set(secret, { files, expiresMs });
    return { secret, expiresAt: new Date(expiresMs).toISOString() };
  }

  /** Undefined when they were taken before, are too old, or never were. */
  take(secret: string): Files | undefined {
    this.#forgetOld();
    const kept = this.#kept.get(secret);
    this.#kept.delete(secret);
    return kept?.files;
  }

  #forgetOld(): void {
    // In the order in which they came, which is that in which they expire.
    for (const [secret, { expiresMs }] of this.#kept)
      if (expiresMs <= this.#clock.nowMs() || this.#kept.size >= MOST) this.#kept.delete(secret);
  }
}
