import type { NumberLocks, NumberMemory } from './page-number.ts';

const OWN = 'ringback-number';
const KNOWN = 'ringback-numbers';

/** `NumberMemory` in sessionStorage (this tab) and localStorage (this browser). */
export const browserMemory: NumberMemory = {
  own: () => sessionStorage.getItem(OWN),
  known: () => readKnown(),
  keep(number) {
    sessionStorage.setItem(OWN, number);
    writeKnown([...readKnown().filter((known) => known !== number), number].sort());
  },
  forget(number) {
    if (sessionStorage.getItem(OWN) === number) sessionStorage.removeItem(OWN);
    writeKnown(readKnown().filter((known) => known !== number));
  },
};

function readKnown(): string[] {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(KNOWN) ?? '[]');
    return Array.isArray(known) ? known.filter((entry) => typeof entry === 'string') : [];
  } catch (error) {
    console.warn('The list of numbers in localStorage is unreadable and starts anew.', error);
    return [];
  }
}

function writeKnown(numbers: string[]): void {
  localStorage.setItem(KNOWN, JSON.stringify(numbers));
}

/** `NumberLocks` by the Web Locks API. */
export class BrowserLocks implements NumberLocks {
  readonly #held = new Map<string, () => void>();

  take(number: string, waitMs: number): Promise<boolean> {
    if (this.#held.has(number)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const options: LockOptions =
        waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true };
      const hold = (lock: Lock | null): Promise<void> | undefined => {
        resolve(lock !== null);
        return lock ? new Promise((release) => this.#held.set(number, release)) : undefined;
      };
      // An aborted wait means that another tab goes on holding it.
      navigator.locks.request(`ringback-number-${number}`, options, hold).catch(() => resolve(false));
    });
  }

  release(number: string): void {
    this.#held.get(number)?.();
    this.#held.delete(number);
  }
}

/**
 * Locks for a page that has none: the API needs a secure origin (W3C Web Locks 3). Each tab then trusts only the
 * number it had itself before a reload, so that two tabs do not share one.
 */
export class TabOnlyLocks implements NumberLocks {
  readonly #own: string | null;
  readonly #refused = new Set<string>();

  constructor(memory: NumberMemory) {
    this.#own = memory.own();
    for (const number of memory.known()) if (number !== this.#own) this.#refused.add(number);
  }

  take(number: string): Promise<boolean> {
    return Promise.resolve(!this.#refused.has(number));
  }

  release(number: string): void {
    this.#refused.add(number);
  }
}

export function browserLocks(): NumberLocks {
  return navigator.locks ? new BrowserLocks() : new TabOnlyLocks(browserMemory);
}
