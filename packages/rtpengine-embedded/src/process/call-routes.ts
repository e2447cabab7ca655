/** Where the commands of one call go. */
export type Route = {
  readonly callId: string;
  readonly process: number;
  /** Commands sent and not yet answered. */
  waiting: number;
  /** Whether the process has the call, as it last said. */
  known: boolean;
};

/** Which process holds which call. Knows no process but by its number. */
export class CallRoutes {
  readonly #routes = new Map<string, Route>();
  readonly #calls: number[];
  readonly #waiting: number[];

  constructor(processes: number) {
    this.#calls = new Array(processes).fill(0);
    this.#waiting = new Array(processes).fill(0);
  }

  find(callId: string): Route | undefined {
    return this.#routes.get(callId);
  }

  /** A new call goes to the process with the fewest among those that may be asked; undefined when there is none. */
  add(callId: string, processes: readonly number[]): Route | undefined {
    const [first, ...others] = processes;
    if (first === undefined) return undefined;
    const process = others.reduce(
      (least, other) => (this.calls(other) < this.calls(least) ? other : least),
      first,
    );
    const route: Route = { callId, process, waiting: 0, known: false };
    this.#routes.set(callId, route);
    this.#calls[process] = this.calls(process) + 1;
    return route;
  }

  /** A command of this call is on its way. */
  asked(route: Route): void {
    route.waiting += 1;
    this.#waiting[route.process] = this.waiting(route.process) + 1;
  }

  /** A command of this call was answered. A route leads nowhere once the call is over and nothing is on its way. */
  answered(route: Route, known: boolean): void {
    route.waiting -= 1;
    this.#waiting[route.process] = this.waiting(route.process) - 1;
    route.known = known;
    if (!known && route.waiting === 0) this.#remove(route);
  }

  /** The process ended the call by itself. */
  ended(callId: string): void {
    const route = this.#routes.get(callId);
    if (!route) return;
    route.known = false;
    if (route.waiting === 0) this.#remove(route);
  }

  /** The process is gone: its calls, which are known no more. */
  lost(process: number): string[] {
    const routes = [...this.#routes.values()].filter((route) => route.process === process);
    for (const route of routes) this.#remove(route);
    return routes.map(({ callId }) => callId);
  }

  /** Calls of one process. */
  calls(process: number): number {
    return this.#calls[process] ?? 0;
  }

  /** Commands that one process has to answer. */
  waiting(process: number): number {
    return this.#waiting[process] ?? 0;
  }

  /** The ids of calls that are there, the oldest first. */
  *callIds(): Generator<string> {
    for (const { callId, known } of this.#routes.values()) if (known) yield callId;
  }

  #remove(route: Route): void {
    // A call of the same name may be there anew, elsewhere.
    if (this.#routes.get(route.callId) !== route) return;
    this.#routes.delete(route.callId);
    this.#calls[route.process] = this.calls(route.process) - 1;
  }
}
