import { randomUUID } from 'node:crypto';
import { formatWireTime, type WireMeta } from '@ringback/drachtio-wire';
import {
  clientTransactionKey,
  responseTo,
  type SipRequest,
  type SipResponse,
  serializeMessage,
  type TerminationReason,
} from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import { type Arrival, networkMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Outgoing } from '../core/transaction-table.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { freshTag } from '../identifiers.ts';
import { ClientTransaction } from '../transaction/client-transaction.ts';
import { type Flow, wireProtocol } from '../transport/flow.ts';
import { type Attempt, type Failure, firstAttempt, nextAttempt, type Rewrite } from './failover.ts';
import type { Alternatives } from './next-hop.ts';
import { ringLimitOf } from './ring-limit.ts';

export interface LaunchSpec {
  request: SipRequest;
  flow: Flow;
  /** Where else it may go when that way fails. */
  alternatives?: Alternatives | undefined;
  rewrite?: Rewrite;
  application: Application | undefined;
  dialog?: Dialog;
  /** Each response, also the 408 and 503 made here when none came; those have no arrival. */
  onResponse(outgoing: Outgoing, response: SipResponse, arrival: Arrival | undefined): void;
}

/**
 * Opens the client transaction of a request. It is sent by `outgoing.transaction.start()`. When its server fails and
 * there is another, a transaction there takes the place of the first (RFC 3263 4.3); the application sees one.
 */
export function prepare(core: Core, spec: LaunchSpec): Outgoing {
  const { request, flow, alternatives, rewrite, application, dialog } = spec;
  core.cdrs.attempt('application', request);
  const first = firstAttempt(core, request, flow, alternatives, rewrite);
  const outgoing: Outgoing = {
    transaction: open(core, recorded(core, spec), first, randomUUID(), () => outgoing),
    application,
    dialog,
    arrival: undefined,
    cancelled: false,
    ringLimit: undefined,
    pendingCancel: undefined,
  };
  core.transactions.addOutgoing(keyOf(outgoing), outgoing);
  if (request.method === 'INVITE') core.meter.inviteBegan(outgoing);
  return outgoing;
}

/** The first final answer to an INVITE is the begin or the end of a call. */
function recorded(core: Core, spec: LaunchSpec): LaunchSpec {
  const role = spec.application ? 'uac' : 'proxy-uac';
  let answered = false;
  return {
    ...spec,
    onResponse: (outgoing, response, arrival) => {
      if (!answered && response.status >= 200) {
        answered = true;
        core.cdrs.answered('network', role, spec.request, response);
      }
      spec.onResponse(outgoing, response, arrival);
    },
  };
}

const keyOf = ({ transaction }: Outgoing) => clientTransactionKey(transaction.request) ?? '';

function open(
  core: Core,
  spec: LaunchSpec,
  attempt: Attempt,
  id: string,
  owner: () => Outgoing,
): ClientTransaction {
  /** What stays in the table for a transaction that has been replaced: repeated failures still get their ACK. */
  let replaced: Outgoing | undefined;
  let alerted = false;
  const replace = (failure: Failure): boolean => {
    const outgoing = owner();
    const { cancelled, transaction: failed } = outgoing;
    // Once it rings somewhere, or nobody wants it any more, it is not begun anew.
    if (alerted || cancelled || outgoing.application?.closed) return false;
    const next = nextAttempt(core, attempt, failure);
    if (!next) return false;
    replaced = { ...outgoing, application: undefined, dialog: undefined };
    core.transactions.removeOutgoing(keyOf(outgoing), outgoing);
    if (!failed.ended) core.transactions.addOutgoing(keyOf(replaced), replaced);
    outgoing.transaction = open(core, spec, next, id, owner);
    core.transactions.addOutgoing(keyOf(outgoing), outgoing);
    outgoing.transaction.start();
    return true;
  };
  const transaction = new ClientTransaction(attempt.request, attempt.flow, core, id, {
    response: (response) => {
      const outgoing = owner();
      if (response.status > 100 && response.status < 200) alerted = true;
      if (response.status === 503 && replace(response)) return;
      if (response.status < 200) promised(core, outgoing);
      else answeredAtLast(outgoing);
      spec.onResponse(outgoing, response, outgoing.arrival);
    },
    ended: (reason) => {
      const outgoing = replaced ?? owner();
      const failed = reason !== 'normal' && transaction.finalStatus === undefined;
      if (!replaced && failed && replace(reason)) return;
      outgoing.ringLimit?.stop();
      core.transactions.removeOutgoing(keyOf(outgoing), outgoing);
      if (failed && !replaced) {
        const status = statusWithoutAnswer(outgoing, reason);
        spec.onResponse(outgoing, localResponse(transaction.request, status), undefined);
      }
      // Not before: by it an answer is known from one that comes again.
      if (outgoing.dialog?.outgoingInvite === outgoing) outgoing.dialog.outgoingInvite = undefined;
    },
  });
  return transaction;
}

/** RFC 3261 8.1.3.1: a timeout counts as 408, a transport that failed as 503; 9.1: a cancelled INVITE as cancelled. */
function statusWithoutAnswer(outgoing: Outgoing, reason: TerminationReason): number {
  if (outgoing.cancelled && !outgoing.ringLimit?.reached) return 487;
  return reason === 'timeout' ? 408 : 503;
}

/** A provisional response: from now on a CANCEL may leave, and nothing but our patience ends the wait (RFC 3261 17.1.1.2). */
function promised(core: Core, outgoing: Outgoing): void {
  const send = outgoing.pendingCancel;
  outgoing.pendingCancel = undefined;
  send?.();
  outgoing.ringLimit ??= ringLimitOf(core, outgoing);
  outgoing.ringLimit?.renew();
}

function answeredAtLast(outgoing: Outgoing): void {
  outgoing.pendingCancel = undefined;
  outgoing.ringLimit?.stop();
}

/** A response made here, since none came from the network. */
export function localResponse(request: SipRequest, status: number): SipResponse {
  return responseTo(request, status, '', { toTag: freshTag() });
}

/** Shows a response to the application that sent the request. */
export function deliver(
  core: Core,
  outgoing: Outgoing,
  response: SipResponse,
  arrival: Arrival | undefined,
  dialogId: string,
): void {
  const sip = serializeMessage(response);
  const meta = arrival ? networkMeta(arrival) : localMeta(core, outgoing, sip.length);
  outgoing.application?.tell({ kind: 'sip', meta, transactionId: outgoing.transaction.id, dialogId, sip });
}

/** The reference server leaves the address of what it made itself empty. */
function localMeta(core: Core, outgoing: Outgoing, bytes: number): WireMeta {
  const protocol = wireProtocol(outgoing.transaction.flow.transport);
  const time = formatWireTime(core.clock.nowMs());
  return { source: 'network', bytes, protocol, address: '', port: 0, time };
}
