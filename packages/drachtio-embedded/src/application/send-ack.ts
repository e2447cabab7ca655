import { randomUUID } from 'node:crypto';
import type { Core } from '../core/core.ts';
import { deadFlow } from '../transport/flow.ts';
import { acknowledge } from '../uac/acknowledge.ts';
import { dialogFlow } from '../uac/dialog-flow.ts';
import { hangUp } from '../uac/hang-up.ts';
import type { RequestCommand } from './commands.ts';
import type { Application } from './connection.ts';
import { echoRequest, nok } from './echo.ts';
import { applicationHeaders, impliedContentType, without } from './headers.ts';

const FROM_DIALOG = ['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards'];

/** The ACK of a 2xx. Failures were acknowledged by their transaction, so an application's ACK of one is refused. */
export async function sendAck(core: Core, application: Application, wanted: RequestCommand): Promise<void> {
  const { command } = wanted;
  const dialog = core.dialogs.byId(command.dialogId);
  if (!dialog?.awaitsOurAck) return nok(application, command.id, 'no 2xx awaits an ACK in that dialog');
  await dialog.inTurn(async () => {
    const choice = await dialogFlow(core, dialog);
    const flow = choice.kind === 'flow' ? choice.flow : deadFlow(dialog.flow.listener, dialog.flow.remote);
    const given = without(applicationHeaders(command.sip, flow), ...FROM_DIALOG);
    const type = impliedContentType(given, command.sip.body);
    if (type === 'missing') return nok(application, command.id, 'missing content-type');
    const ack = acknowledge(dialog, flow, { headers: [...given, ...type], body: command.sip.body });
    echoRequest(core, application, command.id, randomUUID(), ack, flow);
  });
  if (dialog.calledOff) await hangUp(core, dialog, 'called off');
}
