import {
  type Branch,
  type BranchTimer,
  header,
  headers,
  type ResponseContextEffect,
  type ResponseContextInput,
  type ResponseContextOptions,
  type ResponseContextState,
  type ResponseContextStep,
  responseContext,
  type SipHeader,
  type SipRequest,
  type SipResponse,
  serializeMessage,
  tagOf,
  withoutTopVia,
} from '@ringback/sip';
import type { Arrival } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Forwarding, Incoming, Outgoing } from '../core/transaction-table.ts';
import type { Flow } from '../transport/flow.ts';
import { cancelInvite } from '../uac/cancel-invite.ts';
import { prepare } from '../uac/launch.ts';
import type { FlowChoice } from '../uac/next-hop.ts';
import { bindContacts } from '../uas/bind-contacts.ts';

/** How a request is forwarded, and who is told of it. */
export interface ProxyPlan {
  targets: readonly string[];
  search: Pick<
    ResponseContextOptions,
    'simultaneous' | 'followRedirects' | 'provisionalMs' | 'finalMs' | 'maxTargets'
  >;
  /** The way to a target. */
  find(target: string): Promise<FlowChoice>;
  /** The copy that goes there. */
  copy(branch: Branch, flow: Flow): SipRequest;
  /** A copy has left. */
  launched?(request: SipRequest): void;
  /** A target gave its final answer. */
  answered?(response: SipResponse, arrival: Arrival): void;
  /** The search ended with this challenge. */
  challenged?(target: string, response: SipResponse): void;
  /** This goes to the sender. `to` is the flow of the target that gave a 2xx. */
  forwarded?(response: SipResponse, to: Flow | undefined): void;
  /** The sender has its answer. */
  done?(): void;
}

/** Runs a response context: one client transaction for each target that is tried (RFC 3261 16). */
export class ProxiedRequest implements Forwarding {
  readonly #core: Core;
  readonly #incoming: Incoming;
  readonly #plan: ProxyPlan;
  readonly #outgoing = new Map<number, Outgoing>();
  /** Called off before its client transaction was opened. */
  readonly #cancelled = new Set<number>();
  readonly #timers = new Map<string, () => void>();
  /** How the response that is being worked on came. */
  #arrival: Arrival | undefined;
  #state: ResponseContextState | undefined;

  constructor(core: Core, incoming: Incoming, plan: ProxyPlan) {
    this.#core = core;
    this.#incoming = incoming;
    this.#plan = plan;
  }

  start(): void {
    const options = {
      ...this.#plan.search,
      request: this.#incoming.transaction.request,
      toTag: this.#incoming.localTag,
      timerCMs: this.#core.limits.ringingMs,
    };
    this.#perform(responseContext.start(options, this.#plan.targets, this.#core.clock.nowMs()));
  }

  cancel(reason: readonly SipHeader[]): void {
    this.#give({ kind: 'cancel', headers: reason });
  }

  /** The sender's transaction is over: no timer of a target runs on. */
  end(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #give(input: ResponseContextInput, arrival?: Arrival): void {
    if (!this.#state) return;
    this.#arrival = arrival;
    this.#perform(responseContext.step(this.#state, input, this.#core.clock.nowMs()));
  }

  #perform({ state, effects }: ResponseContextStep): void {
    this.#state = state;
    const arrival = this.#arrival;
    for (const effect of effects) this.#do(effect, arrival);
  }

  #do(effect: ResponseContextEffect, arrival: Arrival | undefined): void {
    switch (effect.kind) {
      case 'launch':
        this.#launch(effect.branch).catch((error: unknown) => {
          this.#core.logger.error(
            { err: error, target: effect.branch.target },
            'a request could not be forwarded',
          );
          this.#give({ kind: 'lost', branch: effect.branch.id, status: 503 });
        });
        return;
      case 'cancel':
        this.#cancel(effect.branch, effect.headers);
        return;
      case 'wake':
        this.#wake(effect.branch, effect.timer, effect.atMs);
        return;
      case 'rest':
        for (const timer of ['C', 'provisional', 'final'] as const) this.#sleep(effect.branch, timer);
        return;
      case 'forward':
        this.#forward(effect.response, arrival);
        return;
      case 'silence':
        this.#incoming.transaction.abandon();
        return;
      case 'report':
        if (arrival) this.#plan.answered?.(effect.response, arrival);
        return;
      case 'challenged':
        this.#plan.challenged?.(effect.target, effect.response);
        return;
      case 'done':
        this.#plan.done?.();
        return;
      default:
        effect satisfies never;
    }
  }

  async #launch(branch: Branch): Promise<void> {
    const { id } = branch;
    const core = this.#core;
    const full = core.transactions.outgoingCount >= core.limits.clientTransactions;
    const choice = await (full ? undefined : this.#plan.find(branch.target));
    if (this.#incoming.transaction.ended) return;
    if (this.#cancelled.has(id)) return this.#give({ kind: 'lost', branch: id, status: 487 });
    if (choice?.kind !== 'flow') return this.#give({ kind: 'lost', branch: id, status: 503 });
    const copy = (to: Flow) => this.#plan.copy(branch, to);
    const outgoing = prepare(core, {
      request: copy(choice.flow),
      flow: choice.flow,
      alternatives: choice.alternatives,
      rewrite: copy,
      application: undefined,
      onResponse: (_core, sent, response, arrival) => {
        this.#measure('out', sent, response.status);
        this.#receive(id, response, arrival);
      },
    });
    this.#outgoing.set(id, outgoing);
    this.#plan.launched?.(outgoing.transaction.request);
    outgoing.transaction.start();
  }

  #receive(branch: number, response: SipResponse, arrival: Arrival | undefined): void {
    if (!arrival) {
      const { status } = response;
      this.#give({ kind: 'lost', branch, status: status === 408 || status === 487 ? status : 503 });
      return;
    }
    const stripped = withoutTopVia(response);
    if (headers(stripped, 'Via').length > 0)
      this.#give({ kind: 'response', branch, response: stripped }, arrival);
    // RFC 3261 16.7 step 3: an answer to us alone, who asked nothing. The target has lost the caller.
    else if (response.status >= 200) this.#give({ kind: 'lost', branch, status: 503 });
  }

  #cancel(branch: number, reason: readonly SipHeader[]): void {
    const outgoing = this.#outgoing.get(branch);
    if (!outgoing) this.#cancelled.add(branch);
    // RFC 3261 9.1: nothing but an INVITE is cancelled.
    else if (outgoing.transaction.request.method === 'INVITE') cancelInvite(this.#core, outgoing, reason);
  }

  #forward(response: SipResponse, arrival: Arrival | undefined): void {
    const { transaction } = this.#incoming;
    const { status } = response;
    const accepted = status >= 200 && status < 300;
    if (accepted) bindContacts(this.#core, transaction, response);
    const sent = transaction.respond(response);
    if (sent) this.#measure('in', this.#incoming, status);
    // RFC 3261 16.7 step 10: each 2xx to an INVITE is passed on, whatever was answered before.
    if (!sent && accepted && transaction.request.method === 'INVITE')
      transaction.flow.send(serializeMessage(response));
    if (sent) this.#plan.forwarded?.(response, accepted ? arrival?.flow : undefined);
  }

  /** Answer times are those of calls that begin. */
  #measure(direction: 'in' | 'out', exchange: Incoming | Outgoing, status: number): void {
    const inDialog = tagOf(header(this.#incoming.transaction.request, 'To')) !== undefined;
    if (!inDialog) this.#core.meter.inviteAnswered(direction, exchange, status);
  }

  #wake(branch: number, timer: BranchTimer, atMs: number): void {
    this.#sleep(branch, timer);
    const { clock } = this.#core;
    const delayMs = Math.max(0, atMs - clock.nowMs());
    const cancel = clock.after(delayMs, () => {
      this.#timers.delete(`${branch} ${timer}`);
      this.#give({ kind: 'timer', branch, timer });
    });
    this.#timers.set(`${branch} ${timer}`, cancel);
  }

  #sleep(branch: number, timer: BranchTimer): void {
    const name = `${branch} ${timer}`;
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}
