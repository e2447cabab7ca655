import { randomUUID } from 'node:crypto';
import {
  inviteServer,
  nonInviteServer,
  responseTarget,
  type ServerInput,
  type SipRequest,
  type SipResponse,
  type Step,
  serializeMessage,
  type TerminationReason,
  type TransactionEffect,
  topVia,
} from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';
import type { TransactionEnvironment } from './environment.ts';
import { TimerSet } from './timer-set.ts';

interface Machine {
  step(input: ServerInput): readonly TransactionEffect[];
}

/** Runs one of the pure server machines on a flow and a clock. */
export class ServerTransaction {
  /** What the application knows this transaction by. */
  readonly id = randomUUID();
  readonly key: string;
  readonly request: SipRequest;
  /** Where the request came from. */
  readonly flow: Flow;
  /** Where the answers go (RFC 3261 18.2.2). */
  readonly replyFlow: Flow;
  readonly #timers: TimerSet;
  readonly #machine: Machine;
  readonly #release: () => void;
  readonly #onEnd: (reason: TerminationReason) => void;
  #finalStatus: number | undefined;
  #rings = false;
  #ended = false;

  constructor(
    key: string,
    request: SipRequest,
    flow: Flow,
    environment: TransactionEnvironment,
    onEnd: (reason: TerminationReason) => void,
  ) {
    this.key = key;
    this.request = request;
    this.flow = flow;
    this.replyFlow = replyFlow(request, flow);
    this.#timers = new TimerSet(environment.clock);
    this.#release = flow.hold();
    this.#onEnd = onEnd;
    this.#machine = runMachine(request, flow, environment);
  }

  get finalStatus(): number | undefined {
    return this.#finalStatus;
  }

  /** Whether the user sent a provisional response of its own, so that it is at work. */
  get rings(): boolean {
    return this.#rings;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The request again, or the ACK that belongs to it. Returns an ACK of a 2xx, which is for the user. */
  receive(request: SipRequest): SipRequest | undefined {
    return this.#perform(this.#machine.step({ kind: 'request', request })).delivered;
  }

  /** False when the transaction is past that response, which then was not sent. */
  respond(response: SipResponse): boolean {
    if (this.#ended || this.#finalStatus !== undefined) return false;
    const { refused } = this.#perform(this.#machine.step({ kind: 'respond', response }));
    if (refused) return false;
    if (response.status >= 200) this.#finalStatus = response.status;
    else if (response.status > 100) this.#rings = true;
    return true;
  }

  /** Ends it without an answer. */
  abandon(): void {
    if (!this.#ended) this.#end('timeout');
  }

  #perform(effects: readonly TransactionEffect[]): { delivered?: SipRequest; refused: boolean } {
    let delivered: SipRequest | undefined;
    let refused = false;
    for (const effect of effects) {
      if (this.#ended) break;
      switch (effect.kind) {
        case 'send':
          this.replyFlow.send(serializeMessage(effect.message));
          break;
        case 'deliver':
          if (effect.message.kind === 'request') delivered = effect.message;
          break;
        case 'wake':
          this.#timers.set(effect.timer, effect.atMs, () =>
            this.#perform(this.#machine.step({ kind: 'timer', timer: effect.timer })),
          );
          break;
        case 'refused':
          refused = true;
          break;
        case 'terminated':
          this.#end(effect.reason);
          break;
        case 'transport-error':
          break;
        default:
          effect satisfies never;
      }
    }
    return delivered ? { delivered, refused } : { refused };
  }

  #end(reason: TerminationReason): void {
    this.#ended = true;
    this.#timers.clear();
    this.#release();
    this.#onEnd(reason);
  }
}

/**
 * RFC 3261 18.2.2: over the connection it came on; by datagram to the port the Via names, as RFC 3581 marked it. The
 * address is always the one the request came from, whatever `maddr` says, so that nobody can be flooded through us.
 */
export function replyFlow(request: SipRequest, flow: Flow): Flow {
  const via = flow.reliable ? undefined : topVia(request);
  if (!via) return flow;
  const { port } = responseTarget(via);
  return flow.listener.flowTo({ host: flow.remote.host, port: port === 0 ? flow.remote.port : port });
}

function runMachine(request: SipRequest, flow: Flow, environment: TransactionEnvironment): Machine {
  const options = { reliable: flow.reliable, timing: environment.timing };
  const { clock } = environment;
  if (request.method === 'INVITE') {
    return run(inviteServer.start(request, clock.nowMs(), options), (state, input) =>
      inviteServer.step(state, input, clock.nowMs(), options),
    );
  }
  return run(nonInviteServer.start(request, clock.nowMs(), options), (state, input) =>
    nonInviteServer.step(state, input, clock.nowMs(), options),
  );
}

/** Hides which machine it is. What `start` delivers is the request itself, which the creator has. */
function run<S>(first: Step<S>, step: (state: S, input: ServerInput) => Step<S>): Machine {
  let state = first.state;
  return {
    step: (input) => {
      const next = step(state, input);
      state = next.state;
      return next.effects;
    },
  };
}
