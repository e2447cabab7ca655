import { randomUUID } from 'node:crypto';
import {
  type ClientInput,
  inviteClient,
  nonInviteClient,
  type SipRequest,
  type SipResponse,
  type Step,
  serializeMessage,
  type TerminationReason,
  type TransactionEffect,
} from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';
import type { TransactionEnvironment } from './environment.ts';
import { TimerSet } from './timer-set.ts';

/** Who sent the request. */
export interface ClientTransactionUser {
  /** A response that is new: 1xx, a final one, and for INVITE every 2xx (RFC 6026 7.2). */
  response(response: SipResponse): void;
  /** The transaction is over; with `timeout` and `transport-error` no final response came. */
  ended(reason: TerminationReason): void;
}

interface Machine {
  step(input: ClientInput): readonly TransactionEffect[];
  effects: readonly TransactionEffect[];
}

/** Runs one of the pure client machines on a flow and a clock. */
export class ClientTransaction {
  /** What the application knows this transaction by. */
  readonly id = randomUUID();
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly #user: ClientTransactionUser;
  readonly #timers: TimerSet;
  readonly #machine: Machine;
  readonly #release: () => void;
  #finalStatus: number | undefined;
  #provisional = false;
  #ended = false;

  constructor(
    request: SipRequest,
    flow: Flow,
    environment: TransactionEnvironment,
    user: ClientTransactionUser,
  ) {
    this.request = request;
    this.flow = flow;
    this.#user = user;
    this.#timers = new TimerSet(environment.clock);
    this.#release = flow.hold();
    this.#machine = runMachine(request, flow, environment);
  }

  get finalStatus(): number | undefined {
    return this.#finalStatus;
  }

  /** Whether a provisional response came; before it no CANCEL may leave (RFC 3261 9.1). */
  get provisional(): boolean {
    return this.#provisional;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Sends the request for the first time. */
  start(): void {
    this.#perform(this.#machine.effects);
    if (this.flow.closed) this.transportFailed();
  }

  receive(response: SipResponse): void {
    if (this.#ended) return;
    if (response.status < 200) this.#provisional = true;
    else this.#finalStatus ??= response.status;
    this.#perform(this.#machine.step({ kind: 'response', response }));
  }

  transportFailed(): void {
    if (!this.#ended) this.#perform(this.#machine.step({ kind: 'transport-error' }));
  }

  /** Gives up without waiting for the machine: no timer runs on. */
  abandon(reason: TerminationReason): void {
    if (!this.#ended) this.#end(reason);
  }

  #perform(effects: readonly TransactionEffect[]): void {
    for (const effect of effects) {
      if (this.#ended) return;
      switch (effect.kind) {
        case 'send':
          this.flow.send(serializeMessage(effect.message));
          break;
        case 'deliver':
          if (effect.message.kind === 'response') this.#user.response(effect.message);
          break;
        case 'wake':
          this.#timers.set(effect.timer, effect.atMs, () =>
            this.#perform(this.#machine.step({ kind: 'timer', timer: effect.timer })),
          );
          break;
        case 'terminated':
          this.#end(effect.reason);
          break;
        case 'transport-error':
        case 'refused':
          break;
        default:
          effect satisfies never;
      }
    }
  }

  #end(reason: TerminationReason): void {
    this.#ended = true;
    this.#timers.clear();
    this.#release();
    this.#user.ended(reason);
  }
}

function runMachine(request: SipRequest, flow: Flow, environment: TransactionEnvironment): Machine {
  const options = { reliable: flow.reliable, timing: environment.timing };
  const { clock } = environment;
  if (request.method === 'INVITE') {
    return run(inviteClient.start(request, clock.nowMs(), options), (state, input) =>
      inviteClient.step(state, input, clock.nowMs(), options),
    );
  }
  return run(nonInviteClient.start(request, clock.nowMs(), options), (state, input) =>
    nonInviteClient.step(state, input, clock.nowMs(), options),
  );
}

/** Hides which machine it is, so that nothing else asks. */
function run<S>(first: Step<S>, step: (state: S, input: ClientInput) => Step<S>): Machine {
  let state = first.state;
  return {
    effects: first.effects,
    step: (input) => {
      const next = step(state, input);
      state = next.state;
      return next.effects;
    },
  };
}
