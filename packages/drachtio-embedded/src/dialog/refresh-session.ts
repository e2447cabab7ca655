import {
  emptyBody,
  minSessionExpiresOf,
  refreshTarget,
  requestHeaders,
  requestInDialog,
  type SipHeader,
  type SipRequest,
  type SipResponse,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Outgoing } from '../core/transaction-table.ts';
import type { Flow } from '../transport/flow.ts';
import { contactUri } from '../transport/listeners.ts';
import { acknowledge, acknowledgeAgain } from '../uac/acknowledge.ts';
import { dialogFlow } from '../uac/dialog-flow.ts';
import { viaFor } from '../uac/hang-up.ts';
import { prepare } from '../uac/launch.ts';
import type { Dialog } from './dialog.ts';

/**
 * Refreshes the session by ourselves (RFC 4028 10): an INVITE with the description our side gave last, or an UPDATE when
 * there is none. The application sees nothing of it. Never rejects: what cannot be sent is tried again later.
 */
export function refreshSession(core: Core, dialog: Dialog, intervalSec: number): Promise<void> {
  const done = dialog.inTurn(async () => {
    if (!dialog.inCall || dialog.leaving) return;
    if (isBusy(dialog)) return refused(dialog, 491, 0);
    const choice = await dialogFlow(core, dialog);
    if (!dialog.inCall) return;
    if (choice.kind === 'flow') send(core, dialog, choice.flow, intervalSec);
    else refused(dialog, 408, 0);
  });
  return done.catch((error: unknown) => {
    core.logger.error({ err: error, dialog: dialog.id }, 'refreshing a session failed');
    refused(dialog, 408, 0);
  });
}

/** RFC 3261 14.1: another INVITE or offer is open, so that this one would only meet it. */
function isBusy(dialog: Dialog): boolean {
  const { outgoingInvite, incomingInvite, acceptance, awaitsOurAck, session } = dialog;
  return Boolean(outgoingInvite || incomingInvite || acceptance || awaitsOurAck || session.conflict);
}

function refused(dialog: Dialog, status: number, minSec: number): void {
  dialog.session.timer?.refused(status, minSec, dialog.state.role === 'uac');
}

function send(core: Core, dialog: Dialog, flow: Flow, intervalSec: number): void {
  const { local } = dialog.session;
  const method = local ? 'INVITE' : 'UPDATE';
  const headers: SipHeader[] = [
    { name: 'Contact', value: `<${contactUri(flow)}>` },
    ...requestHeaders({ intervalSec, refresher: 'us' }),
    ...(local ? [{ name: 'Content-Type', value: local.contentType }] : []),
  ];
  const body = local?.body ?? emptyBody;
  const made = requestInDialog(dialog.state, method, { via: viaFor(flow), headers, body });
  dialog.keep(made.dialog);
  dialog.session.note('us', made.request);
  const outgoing = prepare(core, {
    request: made.request,
    flow,
    application: undefined,
    dialog,
    onResponse: (_core, from, response) => answered(dialog, from, made.request, response),
  });
  if (method === 'INVITE') {
    dialog.outgoingInvite = outgoing;
    dialog.beginRefresh();
  }
  outgoing.transaction.start();
}

function answered(dialog: Dialog, outgoing: Outgoing, request: SipRequest, response: SipResponse): void {
  const { status } = response;
  if (status < 200) return;
  if (request.method === 'INVITE') {
    if (dialog.outgoingInvite !== outgoing) {
      acknowledgeAgain(dialog, response);
      return;
    }
    dialog.outgoingInvite = undefined;
    dialog.endRefresh();
  }
  if (status < 300) {
    dialog.keep(refreshTarget(dialog.state, response));
    if (request.method === 'INVITE')
      acknowledge(dialog, outgoing.transaction.flow, { headers: [], body: emptyBody });
  }
  dialog.session.note('them', response, request);
  if (status >= 300) refused(dialog, status, minSessionExpiresOf(response));
}
