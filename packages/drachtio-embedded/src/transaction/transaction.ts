import { randomUUID } from 'node:crypto';
import {
  type ClientInput,
  type Machine,
  type ServerInput,
  type SipRequest,
  type Step,
  serializeMessage,
  type TerminationReason,
  type TimerName,
  type TransactionEffect,
  type TransactionOptions,
} from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';
import type { TransactionEnvironment } from './environment.ts';
import { TimerSet } from './timer-set.ts';

type TimerInput = Extract<ClientInput, { kind: 'timer' }>;

/** What every machine's state has; only the machine looks into it. */
interface MachineState {
  readonly name: string;
}

/** What is left of the effects when the wire and the timers have had theirs. */
export type UserEffect = Extract<TransactionEffect, { kind: 'deliver' | 'refused' | 'transport-error' }>;

/**
 * The timers of the states that only wait for strays. What was set before has nothing to do there any more, and thousands
 * of transactions wait at a time.
 */
const LINGERING: ReadonlySet<TimerName> = new Set(['D', 'I', 'J', 'K', 'L', 'M']);

/** Those of them in whose states a stray gets its answer once more. */
const REPEATING: ReadonlySet<TimerName> = new Set(['D', 'J']);

/** What the client and the server side have in common: one machine, run on a flow and a clock until it ends. */
export abstract class Transaction<I extends ClientInput | ServerInput> {
  /** What the application knows this transaction by. */
  readonly id: string;
  /** The way to the other end and back. */
  readonly flow: Flow;
  readonly #environment: TransactionEnvironment;
  readonly #machine: Machine<MachineState, I | TimerInput>;
  readonly #options: TransactionOptions;
  readonly #timers: TimerSet;
  readonly #release: () => void;
  #request: SipRequest;
  #state: MachineState | undefined;
  /** What went out last, to be sent again. */
  #sent: Uint8Array | undefined;
  #ended = false;

  constructor(
    request: SipRequest,
    flow: Flow,
    machine: Machine<MachineState, I | TimerInput>,
    environment: TransactionEnvironment,
    id: string = randomUUID(),
  ) {
    this.id = id;
    this.flow = flow;
    this.#request = request;
    this.#machine = machine;
    this.#environment = environment;
    this.#options = { reliable: flow.reliable, timing: environment.timing };
    this.#timers = new TimerSet(environment.clock);
    this.#release = flow.hold();
  }

  /** The request; what is left of it once it is settled. */
  get request(): SipRequest {
    return this.#request;
  }

  /** Lets the request go but for what only waiting for strays needs: thousands do so at a time. */
  protected keepOnly(left: SipRequest): void {
    this.#request = left;
  }

  get ended(): boolean {
    return this.#ended;
  }

  protected abstract tellUser(effect: UserEffect): void;
  protected abstract hasEnded(reason: TerminationReason): void;

  /** Starts the machine. */
  protected begin(): void {
    this.#take(this.#machine.start(this.#request, this.#environment.clock.nowMs(), this.#options));
  }

  protected give(input: I | TimerInput): void {
    const nowMs = this.#environment.clock.nowMs();
    if (this.#state) this.#take(this.#machine.step(this.#state, input, nowMs, this.#options));
  }

  /** Without waiting for the machine: no timer runs on. */
  protected end(reason: TerminationReason): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timers.clear();
    this.#release();
    this.hasEnded(reason);
  }

  #take({ state, effects }: Step<MachineState>): void {
    this.#state = state;
    for (const effect of effects) {
      if (this.#ended) return;
      this.#perform(effect);
    }
  }

  #perform(effect: TransactionEffect): void {
    switch (effect.kind) {
      case 'send':
        this.#sent = serializeMessage(effect.message);
        this.flow.send(this.#sent);
        break;
      case 'resend':
        if (this.#sent) this.flow.send(this.#sent);
        break;
      case 'wake':
        this.#wake(effect.timer, effect.atMs);
        break;
      case 'terminated':
        this.end(effect.reason);
        break;
      default:
        this.tellUser(effect);
    }
  }

  #wake(timer: TimerName, atMs: number): void {
    if (LINGERING.has(timer)) this.#linger(timer);
    this.#timers.set(timer, atMs, () => this.give({ kind: 'timer', timer }));
  }

  #linger(timer: TimerName): void {
    this.#timers.clear();
    // A copy: the bytes lie among those of messages that are long gone, and would keep them all.
    this.#sent = REPEATING.has(timer) && this.#sent ? new Uint8Array(this.#sent) : undefined;
  }
}
