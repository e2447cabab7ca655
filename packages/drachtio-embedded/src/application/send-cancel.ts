import { randomUUID } from 'node:crypto';
import type { Core } from '../core/core.ts';
import { cancelInvite } from '../uac/cancel-invite.ts';
import type { RequestCommand } from './commands.ts';
import type { Application } from './connection.ts';
import { echoRequest, nok } from './echo.ts';
import { applicationHeaders, without } from './headers.ts';

/** What a CANCEL has from its INVITE (RFC 3261 9.1). */
const FROM_INVITE = ['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards', 'Contact', 'Require', 'Proxy-Require'];

/** CANCEL of an INVITE. Its 200 is not shown; the INVITE's 487 is, or its 2xx when that won the race. */
export async function sendCancel(
  core: Core,
  application: Application,
  wanted: RequestCommand,
): Promise<void> {
  const { command } = wanted;
  const outgoing = core.transactions.outgoingById(command.transactionId);
  if (outgoing?.transaction.request.method !== 'INVITE') {
    return nok(application, command.id, 'unable to find the INVITE to cancel');
  }
  const { transaction } = outgoing;
  if (transaction.finalStatus !== undefined)
    return nok(application, command.id, 'the INVITE has been answered');
  const headers = without(applicationHeaders(command.sip, transaction.flow), ...FROM_INVITE);
  const cancel = cancelInvite(core, outgoing, headers);
  echoRequest(core, application, command.id, randomUUID(), cancel, transaction.flow);
}
