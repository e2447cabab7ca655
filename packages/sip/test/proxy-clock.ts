import {
  type BranchTimer,
  type ResponseContextEffect,
  type ResponseContextInput,
  type ResponseContextOptions,
  type ResponseContextState,
  type ResponseContextStep,
  responseContext,
  responseTo,
  type SipHeader,
  type SipRequest,
  type SipResponse,
} from '../src/index.ts';

/** What a person would write down of an effect. */
function shown(effect: ResponseContextEffect): string[] | undefined {
  switch (effect.kind) {
    case 'launch':
      return [`launch ${effect.branch.target}`];
    case 'cancel':
      return [`cancel ${effect.branch}`];
    case 'forward':
      return [`forward ${effect.response.status}`];
    case 'report':
      return [`report ${effect.branch} ${effect.response.status}`];
    case 'challenged':
      return [`challenged by ${effect.target}`];
    case 'silence':
    case 'done':
      return [effect.kind];
    case 'wake':
    case 'rest':
      return undefined;
    default:
      return effect satisfies never;
  }
}

/** Drives a response context by a clock that only moves when told. */
export class ManualProxy {
  state: ResponseContextState;
  nowMs = 1_000_000;
  /** The answer that was last forwarded. */
  forwarded: SipResponse | undefined;
  /** What the last CANCEL says besides. */
  reason: readonly SipHeader[] = [];
  #lines: string[] = [];
  readonly request: SipRequest;
  readonly #startMs = this.nowMs;
  readonly #timers = new Map<string, { branch: number; timer: BranchTimer; atMs: number }>();

  constructor(request: SipRequest, targets: string[], options: Partial<ResponseContextOptions> = {}) {
    this.request = request;
    const all: ResponseContextOptions = {
      request,
      toTag: 'proxy',
      simultaneous: false,
      followRedirects: false,
      timerCMs: 185_000,
      maxTargets: 5,
      ...options,
    };
    const first = responseContext.start(all, targets, this.nowMs);
    this.state = first.state;
    this.#apply(first);
  }

  /** What happened since the last call. */
  log(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** The timers that wait, by the time from the start at which they go off. */
  get timers(): Record<string, number> {
    return Object.fromEntries([...this.#timers].map(([name, { atMs }]) => [name, atMs - this.#startMs]));
  }

  give(input: ResponseContextInput): string[] {
    this.#apply(responseContext.step(this.state, input, this.nowMs));
    return this.log();
  }

  /** An answer of a target. */
  answer(branch: number, status: number, headers: SipHeader[] = []): string[] {
    const response = responseTo(this.request, status, '', { toTag: `branch${branch}`, headers });
    return this.give({ kind: 'response', branch, response });
  }

  advanceTo(untilMs: number): string[] {
    for (;;) {
      const [due] = [...this.#timers].sort((a, b) => a[1].atMs - b[1].atMs);
      if (due === undefined || due[1].atMs > this.#startMs + untilMs) break;
      this.#timers.delete(due[0]);
      this.nowMs = due[1].atMs;
      this.#apply(
        responseContext.step(
          this.state,
          { kind: 'timer', branch: due[1].branch, timer: due[1].timer },
          this.nowMs,
        ),
      );
    }
    this.nowMs = this.#startMs + untilMs;
    return this.log();
  }

  #apply(next: ResponseContextStep): void {
    this.state = next.state;
    for (const effect of next.effects) {
      this.#lines.push(...(shown(effect) ?? []));
      if (effect.kind === 'forward') this.forwarded = effect.response;
      if (effect.kind === 'cancel') this.reason = effect.headers;
      if (effect.kind === 'wake') this.#timers.set(`${effect.branch} ${effect.timer}`, effect);
      if (effect.kind === 'rest')
        for (const [name, { branch }] of this.#timers)
          if (branch === effect.branch) this.#timers.delete(name);
    }
  }
}
