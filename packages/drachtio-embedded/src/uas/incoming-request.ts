import { responseTo, type SipRequest, type SipResponse } from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import type { Arrival } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Forwarding, Incoming } from '../core/transaction-table.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { noteSession } from '../dialog/note-session.ts';
import { freshTag } from '../identifiers.ts';
import { ServerTransaction, type ServerTransactionUser } from '../transaction/server-transaction.ts';
import { originOf } from './origin.ts';

/** A request that came, with the key of its server transaction. */
export interface Received {
  request: SipRequest;
  key: string;
  arrival: Arrival;
}

/** A request from the network, from its arrival until nobody can repeat it any more. */
export class IncomingRequest implements Incoming, ServerTransactionUser {
  readonly transaction: ServerTransaction;
  application: Application | undefined;
  localTag = freshTag();
  dialog: Dialog | undefined;
  forwarding: Forwarding | undefined;
  readonly #core: Core;
  readonly #origin: string;
  #cancelGuard: (() => void) | undefined;

  constructor(core: Core, { request, key, arrival }: Received, application?: Application, dialog?: Dialog) {
    this.#core = core;
    this.#origin = originOf(request);
    this.application = application;
    this.dialog = dialog;
    this.transaction = new ServerTransaction(key, request, arrival.flow, core, this);
    this.#cancelGuard = core.clock.after(128 * core.timing.t1, () => this.#abandonUnanswered());
    core.transactions.addIncoming(this, this.#origin);
  }

  responded(response: SipResponse): void {
    const { request } = this.transaction;
    const isFinal = response.status >= 200;
    if (isFinal) this.#endGuard();
    if (this.dialog) noteSession(this.#core, this.dialog, 'us', response, request);
    if (isFinal) this.#noLongerOpen();
    this.#core.cdrs.answered('application', this.forwarding ? 'proxy-uas' : 'uas', request, response);
    if (isFinal) this.#core.settling.add(this);
  }

  ended(): void {
    this.#core.transactions.removeIncoming(this, this.#origin);
    this.#endGuard();
    this.forwarding?.end();
    this.#noLongerOpen();
  }

  settle(): void {
    this.localTag = this.dialog?.localTag ?? this.localTag;
    this.dialog = undefined;
    this.transaction.settle();
  }

  #endGuard(): void {
    this.#cancelGuard?.();
    this.#cancelGuard = undefined;
  }

  #noLongerOpen(): void {
    if (this.dialog?.incomingInvite === this) this.dialog.incomingInvite = undefined;
  }

  /** An application that is connected but says nothing must not keep the caller waiting for ever. */
  #abandonUnanswered(): void {
    const { transaction } = this;
    if (transaction.finalStatus !== undefined || transaction.rings || this.forwarding) return;
    const { request } = transaction;
    this.#core.logger.warn({ method: request.method }, 'the application never answered');
    if (request.method === 'INVITE') {
      transaction.respond(responseTo(request, 504, '', { toTag: this.dialog?.localTag ?? this.localTag }));
    } else {
      // RFC 4320 4.2: the sender has given up long ago, and a late 408 helps nobody.
      transaction.abandon();
    }
  }
}
