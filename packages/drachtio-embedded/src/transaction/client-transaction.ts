import {
  type ClientInput,
  emptyBody,
  inviteClient,
  nonInviteClient,
  type SipRequest,
  type SipResponse,
  type TerminationReason,
} from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';
import type { TransactionEnvironment } from './environment.ts';
import { Transaction, type UserEffect } from './transaction.ts';

/** Who sent the request. */
export interface ClientTransactionUser {
  /** A response that is new: 1xx, a final one, and for INVITE every 2xx (RFC 6026 7.2). */
  response(response: SipResponse): void;
  /** The transaction is over; with `timeout` and `transport-error` no final response came. */
  ended(reason: TerminationReason): void;
}

/** A request of ours, until nobody can answer it any more. */
export class ClientTransaction extends Transaction<ClientInput> {
  #user: ClientTransactionUser;
  #finalStatus: number | undefined;
  #provisional = false;

  constructor(
    request: SipRequest,
    flow: Flow,
    environment: TransactionEnvironment,
    id: string,
    user: ClientTransactionUser,
  ) {
    super(request, flow, request.method === 'INVITE' ? inviteClient : nonInviteClient, environment, id);
    this.#user = user;
  }

  get finalStatus(): number | undefined {
    return this.#finalStatus;
  }

  /** Whether a provisional response came; before it no CANCEL may leave (RFC 3261 9.1). */
  get provisional(): boolean {
    return this.#provisional;
  }

  /** Somebody else hears of it from now on. */
  handTo(user: ClientTransactionUser): void {
    this.#user = user;
  }

  /** Sends the request for the first time. */
  start(): void {
    this.begin();
    if (this.flow.closed) this.transportFailed();
  }

  receive(response: SipResponse): void {
    if (this.ended) return;
    if (response.status < 200) this.#provisional = true;
    else this.#finalStatus ??= response.status;
    this.give({ kind: 'response', response });
  }

  transportFailed(): void {
    if (!this.ended) this.give({ kind: 'transport-error' });
  }

  /** It was answered, and everybody has seen the answer. What is left makes ACKs for the 2xx of further forks. */
  settle(): void {
    this.keepOnly({ ...this.request, body: emptyBody });
  }

  /** Gives up without waiting for the machine. */
  abandon(reason: TerminationReason): void {
    this.end(reason);
  }

  protected override tellUser(effect: UserEffect): void {
    if (effect.kind === 'deliver' && effect.message.kind === 'response') this.#user.response(effect.message);
  }

  protected override hasEnded(reason: TerminationReason): void {
    this.#user.ended(reason);
  }
}
