import type {
  Step,
  TerminationReason,
  TimerName,
  TransactionEffect,
  TransactionOptions,
} from '../src/index.ts';

type Message = Extract<TransactionEffect, { kind: 'send' }>['message'];

const named = (message: Message) => (message.kind === 'request' ? message.method : String(message.status));

/** What a person would write down of an effect; `sent` is what was sent last. */
function shown(effect: TransactionEffect, sent: Message | undefined): string | undefined {
  switch (effect.kind) {
    case 'send':
      return `send ${named(effect.message)}`;
    case 'resend':
      return `resend ${sent ? named(sent) : 'nothing'}`;
    case 'deliver':
      return `deliver ${named(effect.message)}`;
    case 'terminated':
      return `end: ${effect.reason satisfies TerminationReason}`;
    case 'refused':
      return `refused ${effect.response.status}`;
    case 'transport-error':
      return 'transport-error';
    case 'wake':
      return undefined;
    default:
      return effect satisfies never;
  }
}

interface Machine<S, I> {
  step(state: S, input: I, nowMs: number, options: TransactionOptions): Step<S>;
}

/** Drives a machine by a clock that only moves when told, and keeps a log of "ms what". */
export class ManualTransaction<S extends { readonly name: string }, I> {
  state: S;
  nowMs: number;
  log: string[] = [];
  readonly #machine: Machine<S, I>;
  readonly #options: TransactionOptions;
  readonly #startMs: number;
  readonly #timers = new Map<TimerName, number>();
  /** What was sent last. */
  sent: Message | undefined;

  constructor(machine: Machine<S, I>, first: Step<S>, options: TransactionOptions, startMs = 1_000_000) {
    this.#machine = machine;
    this.#options = options;
    this.nowMs = this.#startMs = startMs;
    this.state = first.state;
    this.#apply(first);
  }

  /** The timers that wait, by the time from the start at which they go off. */
  get timers(): Record<string, number> {
    return Object.fromEntries([...this.#timers].map(([timer, atMs]) => [timer, atMs - this.#startMs]));
  }

  give(input: I): void {
    this.#apply(this.#machine.step(this.state, input, this.nowMs, this.#options));
  }

  /** Lets timers go off, in order, up to this time from the start. */
  advanceTo(untilMs: number): void {
    for (;;) {
      const [due] = [...this.#timers].sort((a, b) => a[1] - b[1]);
      if (due === undefined || due[1] > this.#startMs + untilMs) break;
      this.#timers.delete(due[0]);
      this.nowMs = due[1];
      this.give({ kind: 'timer', timer: due[0] } as I);
    }
    this.nowMs = this.#startMs + untilMs;
  }

  /** The log since the last time it was taken. */
  take(): string[] {
    const log = this.log;
    this.log = [];
    return log;
  }

  #apply({ state, effects }: Step<S>): void {
    this.state = state;
    for (const effect of effects) {
      if (effect.kind === 'wake') this.#timers.set(effect.timer, effect.atMs);
      if (effect.kind === 'terminated') this.#timers.clear();
      if (effect.kind === 'send') this.sent = effect.message;
      const line = shown(effect, this.sent);
      if (line !== undefined) this.log.push(`${this.nowMs - this.#startMs} ${line}`);
    }
  }
}
