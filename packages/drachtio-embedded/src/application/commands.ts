import type { SipCommand } from '@ringback/drachtio-wire';
import type { Core } from '../core/core.ts';
import { applicationGone } from './application-gone.ts';
import type { Application, CommandHandler } from './connection.ts';
import { nok } from './echo.ts';
import { proxyRequest } from './proxy-request.ts';
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
    sip: (application, command) =>
      sip(core, application, command).catch((error: unknown) => {
        core.logger.error(
          { err: error, startLine: command.sip.startLine },
          'a command of an application failed',
        );
        nok(application, command.id, 'Server error');
      }),
    proxy: (application, command) => proxyRequest(core, application, command),
    gone: (application) => applicationGone(core, application),
  };
}

/** The order of drachtio-server: a response, then by dialog id, then by transaction id, else a new request. */
async function sip(core: Core, application: Application, command: SipCommand): Promise<void> {
  const { startLine } = command.sip;
  if (startLine.startsWith('SIP/')) return sendResponse(core, application, command);
  const match = /^([\w.!%*+`'~-]+)\s+(\S+)\s+SIP\/2\.0$/.exec(startLine);
  if (!match) return nok(application, command.id, 'invalid start line');
  const method = match[1]!.toUpperCase();
  const request: RequestCommand = { command, method, uri: match[2]! };
  if (method === 'ACK') return sendAck(core, application, request);
  if (command.transactionId !== '' && method === 'CANCEL') return sendCancel(core, application, request);
  if (command.dialogId !== '') return sendInDialog(core, application, request);
  if (command.transactionId !== '' || method === 'CANCEL') {
    return nok(application, command.id, 'only CANCEL names a transaction');
  }
  return sendNewRequest(core, application, request);
}
