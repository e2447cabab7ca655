/** What keeps more than it needs once it was answered. */
export interface Settling {
  settle(): void;
}

/**
 * Requests that were answered in this turn of the event loop. At its end, when everybody has seen the answer, they let go
 * of what only an unanswered request needs: their transactions wait for strays for half a minute, thousands at a time.
 */
export class SettlingRequests {
  #waiting: Settling[] = [];

  add(request: Settling): void {
    if (this.#waiting.push(request) === 1) setImmediate(() => this.#settle());
  }

  #settle(): void {
    const requests = this.#waiting;
    this.#waiting = [];
    for (const request of requests) request.settle();
  }
}
