import { randomUUID } from 'node:crypto';
import {
  clientTransactionKey,
  responseTo,
  type SipRequest,
  type SipResponse,
  type TerminationReason,
} from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import type { Arrival } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Outgoing } from '../core/transaction-table.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { freshTag } from '../identifiers.ts';
import { ClientTransaction, type ClientTransactionUser } from '../transaction/client-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import { type Attempt, type Failure, firstAttempt, nextAttempt, type Rewrite } from './failover.ts';
import type { Alternatives } from './next-hop.ts';
import { type RingLimit, ringLimitOf } from './ring-limit.ts';

/** Each response, also the 408 and 503 made here when none came; those have no arrival. */
export type OnResponse = (
  core: Core,
  outgoing: Outgoing,
  response: SipResponse,
  arrival: Arrival | undefined,
) => void;

export interface LaunchSpec {
  request: SipRequest;
  flow: Flow;
  /** Where else it may go when that way fails. */
  alternatives?: Alternatives | undefined;
  rewrite?: Rewrite;
  application: Application | undefined;
  dialog?: Dialog;
  onResponse: OnResponse;
}

/**
 * A request of an application, or of the server itself, until nobody can answer it any more. When its server fails and
 * there is another, a transaction there takes the place of the first (RFC 3263 4.3); the application sees one.
 */
export class OutgoingRequest implements Outgoing, ClientTransactionUser {
  transaction: ClientTransaction;
  readonly application: Application | undefined;
  dialog: Dialog | undefined;
  arrival: Arrival | undefined;
  cancelled = false;
  pendingCancel: (() => void) | undefined;
  ringLimit: RingLimit | undefined;
  readonly #core: Core;
  readonly #onResponse: OnResponse;
  /** Undefined once there is a final response. */
  #attempt: Attempt | undefined;
  #alerted = false;

  constructor(core: Core, { request, flow, alternatives, rewrite, ...rest }: LaunchSpec) {
    this.#core = core;
    this.#onResponse = rest.onResponse;
    this.application = rest.application;
    this.dialog = rest.dialog;
    const attempt = firstAttempt(core, request, flow, alternatives, rewrite);
    this.#attempt = attempt;
    this.transaction = new ClientTransaction(attempt.request, attempt.flow, core, randomUUID(), this);
    core.transactions.addOutgoing(keyOf(this), this);
  }

  response(response: SipResponse): void {
    const { status } = response;
    if (status > 100 && status < 200) this.#alerted = true;
    if (status === 503 && this.#replace(response)) return;
    if (status < 200) this.#promised();
    else this.#answeredAtLast();
    this.#tell(response, this.arrival);
  }

  ended(reason: TerminationReason): void {
    const { transaction } = this;
    const failed = reason !== 'normal' && transaction.finalStatus === undefined;
    if (failed && this.#replace(reason)) return;
    this.ringLimit?.stop();
    this.#core.transactions.removeOutgoing(keyOf(this), this);
    if (failed) this.#tell(localResponse(transaction.request, this.#statusWithoutAnswer(reason)), undefined);
    // Not before: by it an answer is known from one that comes again.
    if (this.dialog?.outgoingInvite === this) this.dialog.outgoingInvite = undefined;
  }

  settle(): void {
    this.transaction.settle();
  }

  /** A provisional response: from now on a CANCEL may leave, and nothing but our patience ends the wait (RFC 3261 17.1.1.2). */
  #promised(): void {
    const send = this.pendingCancel;
    this.pendingCancel = undefined;
    send?.();
    this.ringLimit ??= ringLimitOf(this.#core, this);
    this.ringLimit?.renew();
  }

  #answeredAtLast(): void {
    this.pendingCancel = undefined;
    this.ringLimit?.stop();
    this.ringLimit = undefined;
  }

  #tell(response: SipResponse, arrival: Arrival | undefined): void {
    if (response.status >= 200 && this.#attempt) {
      this.#attempt = undefined;
      // The first final answer to an INVITE is the begin or the end of a call.
      const role = this.application ? 'uac' : 'proxy-uac';
      this.#core.cdrs.answered('network', role, this.transaction.request, response);
      // Other requests are over soon after.
      if (this.transaction.request.method === 'INVITE') this.#core.settling.add(this);
    }
    this.#onResponse(this.#core, this, response, arrival);
  }

  /** Begins anew at the next server. False when there is none, once it rings somewhere, or when nobody wants it any more. */
  #replace(failure: Failure): boolean {
    if (this.#alerted || this.cancelled || this.application?.closed || !this.#attempt) return false;
    const next = nextAttempt(this.#core, this.#attempt, failure);
    if (!next) return false;
    const { transactions } = this.#core;
    const { transaction: failed } = this;
    transactions.removeOutgoing(keyOf(this), this);
    if (!failed.ended) new ReplacedRequest(this.#core, failed);
    this.#attempt = next;
    this.transaction = new ClientTransaction(next.request, next.flow, this.#core, failed.id, this);
    transactions.addOutgoing(keyOf(this), this);
    this.transaction.start();
    return true;
  }

  /** RFC 3261 8.1.3.1: a timeout counts as 408, a transport that failed as 503; 9.1: a cancelled INVITE as cancelled. */
  #statusWithoutAnswer(reason: TerminationReason): number {
    if (this.cancelled && !this.ringLimit?.reached) return 487;
    return reason === 'timeout' ? 408 : 503;
  }
}

/** What stays in the table of a transaction that has been replaced: a failure that is repeated still gets its ACK. */
class ReplacedRequest implements Outgoing, ClientTransactionUser {
  readonly transaction: ClientTransaction;
  readonly application = undefined;
  dialog = undefined;
  arrival: Arrival | undefined;
  cancelled = false;
  pendingCancel = undefined;
  ringLimit = undefined;
  readonly #core: Core;

  constructor(core: Core, transaction: ClientTransaction) {
    this.#core = core;
    this.transaction = transaction;
    transaction.handTo(this);
    core.transactions.addOutgoing(keyOf(this), this);
  }

  response(): void {
    // Its failure has been heard.
  }

  ended(): void {
    this.#core.transactions.removeOutgoing(keyOf(this), this);
  }
}

const keyOf = ({ transaction }: Outgoing) => clientTransactionKey(transaction.request) ?? '';

/** A response made here, since none came from the network. */
export function localResponse(request: SipRequest, status: number): SipResponse {
  return responseTo(request, status, '', { toTag: freshTag() });
}
