import {
  emptyBody,
  inviteServer,
  nonInviteServer,
  type ServerInput,
  type SipRequest,
  type SipResponse,
  type TerminationReason,
} from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';
import type { TransactionEnvironment } from './environment.ts';
import { Transaction, type UserEffect } from './transaction.ts';

/** What a response copies from its request (RFC 3261 8.2.6.2). */
const IDENTIFIES: ReadonlySet<string> = new Set(['Via', 'From', 'To', 'Call-ID', 'CSeq']);

/** Who answers the request. */
export interface ServerTransactionUser {
  /** A response has left, for the first time. */
  responded(response: SipResponse): void;
  ended(reason: TerminationReason): void;
}

/** A request of the network, until nobody can repeat it any more. */
export class ServerTransaction extends Transaction<ServerInput> {
  readonly key: string;
  readonly #user: ServerTransactionUser;
  #handedUp: SipRequest | undefined;
  #refused = false;
  #finalStatus: number | undefined;
  #rings = false;

  constructor(
    key: string,
    request: SipRequest,
    flow: Flow,
    environment: TransactionEnvironment,
    user: ServerTransactionUser,
  ) {
    super(request, flow, request.method === 'INVITE' ? inviteServer : nonInviteServer, environment);
    this.key = key;
    this.#user = user;
    this.begin();
  }

  get finalStatus(): number | undefined {
    return this.#finalStatus;
  }

  /** Whether the user sent a provisional response of its own, so that it is at work. */
  get rings(): boolean {
    return this.#rings;
  }

  /** The request again, or the ACK that belongs to it. Returns an ACK of a 2xx, which is for the user. */
  receive(request: SipRequest): SipRequest | undefined {
    this.#handedUp = undefined;
    this.give({ kind: 'request', request });
    return this.#handedUp;
  }

  /** False when the transaction is past that response, which then was not sent. */
  respond(response: SipResponse): boolean {
    if (this.ended || this.#finalStatus !== undefined) return false;
    this.#refused = false;
    this.give({ kind: 'respond', response });
    if (this.#refused) return false;
    if (response.status >= 200) this.#finalStatus = response.status;
    else if (response.status > 100) this.#rings = true;
    this.#user.responded(response);
    return true;
  }

  /** It was answered, and everybody has seen the answer: what is left tells which request it was. */
  settle(): void {
    const headers = this.request.headers.filter(({ name }) => IDENTIFIES.has(name));
    this.keepOnly({ ...this.request, headers, body: emptyBody });
  }

  /** Ends it without an answer. */
  abandon(): void {
    this.end('timeout');
  }

  protected override tellUser(effect: UserEffect): void {
    if (effect.kind === 'refused') this.#refused = true;
    else if (effect.kind === 'deliver' && effect.message.kind === 'request') this.#handedUp = effect.message;
  }

  protected override hasEnded(reason: TerminationReason): void {
    this.#user.ended(reason);
  }
}
