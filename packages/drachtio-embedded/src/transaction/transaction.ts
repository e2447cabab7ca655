import { randomUUID } from 'node:crypto';
import {
  type ClientInput,
  type Machine,
  type ServerInput,
  type SipRequest,
  serializeMessage,
  type TerminationReason,
  type TimerName,
  type TransactionEffect,
} from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';
import type { TransactionEnvironment } from './environment.ts';
import { TimerSet } from './timer-set.ts';

/** A machine with its state; nothing else needs to know which machine it is. */
export interface Running<I> {
  /** What starting it brought about. */
  readonly first: readonly TransactionEffect[];
  step(input: I | TimerInput): readonly TransactionEffect[];
}

type TimerInput = Extract<ClientInput, { kind: 'timer' }>;

/** Starts a machine. What it asks for is done by the transaction that it is given to. */
export function running<S, I>(
  machine: Machine<S, I | TimerInput>,
  request: SipRequest,
  { reliable }: Flow,
  { clock, timing }: TransactionEnvironment,
): Running<I> {
  const options = { reliable, timing };
  const first = machine.start(request, clock.nowMs(), options);
  let { state } = first;
  return {
    first: first.effects,
    step: (input) => {
      const next = machine.step(state, input, clock.nowMs(), options);
      state = next.state;
      return next.effects;
    },
  };
}

/** What is left of the effects when the wire and the timers have had theirs. */
export type UserEffect = Extract<TransactionEffect, { kind: 'deliver' | 'refused' | 'transport-error' }>;

/**
 * The timers of the states that only wait for strays. What was set before has nothing to do there any more, and thousands
 * of transactions wait at a time.
 */
const LINGERING: ReadonlySet<TimerName> = new Set(['D', 'I', 'J', 'K', 'L', 'M']);

/** What the client and the server side have in common: one machine, run on a flow and a clock until it ends. */
export abstract class Transaction<I extends ClientInput | ServerInput> {
  /** What the application knows this transaction by. */
  readonly id: string;
  readonly request: SipRequest;
  /** The way to the other end and back. */
  readonly flow: Flow;
  readonly #machine: Running<I>;
  readonly #timers: TimerSet;
  readonly #release: () => void;
  #ended = false;

  constructor(
    request: SipRequest,
    flow: Flow,
    machine: Running<I>,
    { clock }: TransactionEnvironment,
    id: string = randomUUID(),
  ) {
    this.id = id;
    this.request = request;
    this.flow = flow;
    this.#machine = machine;
    this.#timers = new TimerSet(clock);
    this.#release = flow.hold();
  }

  get ended(): boolean {
    return this.#ended;
  }

  protected abstract tellUser(effect: UserEffect): void;
  protected abstract hasEnded(reason: TerminationReason): void;

  /** Does what the machine asked for when it was started. */
  protected begin(): void {
    this.#perform(this.#machine.first);
  }

  protected give(input: I | TimerInput): void {
    this.#perform(this.#machine.step(input));
  }

  /** Without waiting for the machine: no timer runs on. */
  protected end(reason: TerminationReason): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timers.clear();
    this.#release();
    this.hasEnded(reason);
  }

  #perform(effects: readonly TransactionEffect[]): void {
    for (const effect of effects) {
      if (this.#ended) return;
      switch (effect.kind) {
        case 'send':
          this.flow.send(serializeMessage(effect.message));
          break;
        case 'wake':
          if (LINGERING.has(effect.timer)) this.#timers.clear();
          this.#timers.set(effect.timer, effect.atMs, () =>
            this.give({ kind: 'timer', timer: effect.timer }),
          );
          break;
        case 'terminated':
          this.end(effect.reason);
          break;
        default:
          this.tellUser(effect);
      }
    }
  }
}
