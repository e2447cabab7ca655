import { abortedError } from '../speech-error.ts';

/** What every plan allows at once, until the server says how many it really is. */
const LEAST_PLAN = 2;

interface Waiting {
  admit(): void;
}

/** The line in which requests wait while the account has as many streams as its plan allows. */
export class StreamSlots {
  #limit = LEAST_PLAN;
  #active = 0;
  readonly #waiting: Waiting[] = [];

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Waits for a slot; the result gives it back and may be called more than once.
   * @throws SpeechError `aborted`
   */
  async acquire(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw abortedError(signal.reason);
    if (this.#active >= this.#limit) await this.#turn(signal);
    else this.#active += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#active -= 1;
      this.#admit();
    };
  }

  /**
   * Takes in what a response says of the account. Streams that are not ours (of another process with the same key)
   * lessen what is left for us.
   */
  observe(currentOfAccount: number, maximumOfAccount: number): void {
    const others = Math.max(0, currentOfAccount - this.#active);
    this.#limit = Math.max(1, maximumOfAccount - others);
    this.#admit();
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(abortedError(signal.reason));
      };
      const waiting: Waiting = {
        admit: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #admit(): void {
    while (this.#active < this.#limit) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#active += 1;
      next.admit();
    }
  }
}
