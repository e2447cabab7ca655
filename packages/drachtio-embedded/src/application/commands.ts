import type { ProxyCommand, SipCommand } from '@ringback/drachtio-wire';
import type { Core } from '../core/core.ts';
import { applicationGone } from './application-gone.ts';
import type { Application, CommandHandler } from './connection.ts';
import { sendAck } from './send-ack.ts';
import { sendCancel } from './send-cancel.ts';
import { sendInDialog } from './send-in-dialog.ts';
import { sendNewRequest } from './send-new-request.ts';
import { sendResponse } from './send-response.ts';

/** A request as an application wrote its start line. */
export interface RequestCommand {
  command: SipCommand;
  method: string;
  /** May hold `placeholder`, which stands for the remote target. */
  uri: string;
}

/** What each command of an application does to SIP. */
export function commandHandler(core: Core): CommandHandler {
  return {
    route: (application, verb) => core.routes.add(verb, application),
    removeRoute: (application, verb) => core.routes.remove(verb, application),
    sip: (application, command) => sip(core, application, command),
    proxy: (application, command) => refuseProxy(application, command),
    gone: (application) => applicationGone(core, application),
  };
}

function sip(core: Core, application: Application, command: SipCommand): void {
  const { startLine } = command.sip;
  if (startLine.startsWith('SIP/')) {
    sendResponse(core, application, command);
    return;
  }
  const match = /^([^\s]+)\s+(\S+)\s+SIP\/2\.0$/.exec(startLine);
  if (!match) {
    application.reply(command.id, { result: 'nok', reason: 'invalid start line' });
    return;
  }
  const request: RequestCommand = { command, method: match[1]!.toUpperCase(), uri: match[2]! };
  const done = requestSender(core, application, request);
  done.catch((error: unknown) => {
    core.logger.error({ err: error, method: request.method }, 'a request of an application failed');
    application.reply(command.id, { result: 'nok', reason: 'Server error' });
  });
}

/** The order of drachtio-server: dialog id, then transaction id, else a new request. */
async function requestSender(core: Core, application: Application, request: RequestCommand): Promise<void> {
  const { command, method } = request;
  if (method === 'ACK') return sendAck(core, application, request);
  if (command.transactionId !== '' && method === 'CANCEL') return sendCancel(core, application, request);
  if (command.dialogId !== '') return sendInDialog(core, application, request);
  if (command.transactionId !== '' || method === 'CANCEL') {
    return application.reply(command.id, { result: 'nok', reason: 'only CANCEL names a transaction' });
  }
  return sendNewRequest(core, application, request);
}

function refuseProxy(application: Application, command: ProxyCommand): void {
  application.reply(command.id, { result: 'nok', reason: 'proxy is not supported by this server' });
}
