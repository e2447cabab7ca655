/** Calls `starved` when it has been fed at least once and then not for `patienceMs`. */
export class Watchdog {
  readonly #patienceMs: number;
  readonly #starved: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(patienceMs: number, starved: () => void) {
    this.#patienceMs = patienceMs;
    this.#starved = starved;
  }

  feed(): void {
    this.#timer ??= setTimeout(this.#starved, this.#patienceMs);
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
