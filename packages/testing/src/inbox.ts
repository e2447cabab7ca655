interface Waiter<T> {
  matches: (item: T) => boolean;
  take: (item: T) => void;
}

/** Items that arrive, and tests that wait for the one they need. Each item is taken at most once. */
export class Inbox<T> {
  readonly #describe: (item: T) => string;
  readonly #items: T[] = [];
  readonly #waiters: Waiter<T>[] = [];

  constructor(describe: (item: T) => string) {
    this.#describe = describe;
  }

  put(item: T): void {
    const index = this.#waiters.findIndex((waiter) => waiter.matches(item));
    const [waiter] = index === -1 ? [] : this.#waiters.splice(index, 1);
    if (waiter) waiter.take(item);
    else this.#items.push(item);
  }

  /** The first item that matches, now or within `timeoutMs`. @throws Error that tells what came instead. */
  take(what: string, matches: (item: T) => boolean, timeoutMs = 5000): Promise<T> {
    const index = this.#items.findIndex(matches);
    const [item] = index === -1 ? [] : this.#items.splice(index, 1);
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve, reject) => {
      const waiter = {
        matches,
        take: (found: T) => {
          clearTimeout(timer);
          resolve(found);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(new Error(`no ${what} within ${timeoutMs} ms; unread: [${this.unread().join(', ')}]`));
      }, timeoutMs);
      this.#waiters.push(waiter);
    });
  }

  /** What came and was not taken, for messages and for assertions that nothing more came. */
  unread(): string[] {
    return this.#items.map(this.#describe);
  }
}
