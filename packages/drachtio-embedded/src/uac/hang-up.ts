import { UNSOLICITED } from '@ringback/drachtio-wire';
import {
  type Dialog as DialogState,
  ownVia,
  requestInDialog,
  type SipRequest,
  serializeMessage,
} from '@ringback/sip';
import type { CdrReason } from '../cdr/cdrs.ts';
import { applicationMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { freshBranch } from '../identifiers.ts';
import { deadFlow, type Flow } from '../transport/flow.ts';
import { cancelInvite } from './cancel-invite.ts';
import { dialogFlow } from './dialog-flow.ts';
import { prepare } from './launch.ts';

/**
 * Ends a dialog by ourselves: BYE to the peer, and the same BYE shown to the application as unsolicited. Never rejects,
 * since whoever decides to hang up has nothing left to wait for.
 */
export function hangUp(
  core: Core,
  dialog: Dialog,
  text: string,
  reason: CdrReason = 'system-initiated-termination',
): Promise<void> {
  const done = dialog.inTurn(async () => {
    if (!dialog.ended && !dialog.leaving) await bye(core, dialog, text, reason);
  });
  return done.catch((error: unknown) => {
    core.logger.error({ err: error, dialog: dialog.id }, 'hanging up failed');
    core.dialogs.remove(dialog);
  });
}

async function bye(core: Core, dialog: Dialog, text: string, reason: CdrReason): Promise<void> {
  const choice = await dialogFlow(core, dialog);
  const flow = choice.kind === 'flow' ? choice.flow : deadFlow(dialog.flow.listener, dialog.flow.remote);
  if (dialog.outgoingInvite) cancelInvite(core, dialog.outgoingInvite);
  const request = sendBye(core, dialog.state, flow, text);
  core.dialogs.remove(dialog);
  core.cdrs.stop('application', reason, request);
  tellUnsolicited(core, dialog, flow, request);
}

/** Shows the application a request the server made by itself; whatever it answers goes nowhere. */
export function tellUnsolicited(core: Core, dialog: Dialog, flow: Flow, request: SipRequest): void {
  const sip = serializeMessage(request);
  dialog.application.tell({
    kind: 'sip',
    meta: applicationMeta(flow, flow.advertised, sip.length, core.clock.nowMs()),
    transactionId: UNSOLICITED,
    dialogId: dialog.id,
    sip,
  });
}

/** A BYE whose answer nobody waits for. */
export function sendBye(core: Core, state: DialogState, flow: Flow, text: string): SipRequest {
  const { request } = requestInDialog(state, 'BYE', {
    via: viaFor(flow),
    headers: [{ name: 'Reason', value: `SIP;cause=200;text="${text}"` }],
  });
  if (flow.closed) return request;
  const own = prepare(core, { request, flow, application: undefined, onResponse: () => undefined });
  own.transaction.start();
  return request;
}

/** Our Via on that flow. Over TLS the answerer may use the connection again, since it has seen our certificate (RFC 5923). */
export function viaFor({ transport, advertised }: Flow, branch = freshBranch()): string {
  return ownVia(transport, advertised.host, advertised.port, branch, { alias: transport === 'tls' });
}
