import { type SipRequest, serializeMessage } from '@ringback/sip';
import { applicationMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Flow } from '../transport/flow.ts';
import type { Application } from './connection.ts';

/** Shows an application the request as it is sent; it has to come before any response to it. */
export function echoRequest(
  core: Core,
  application: Application,
  commandId: string,
  transactionId: string,
  request: SipRequest,
  flow: Flow,
): void {
  const sip = serializeMessage(request);
  const meta = applicationMeta(flow, flow.advertised, sip.length, core.clock.nowMs());
  application.reply(commandId, { result: 'request-sent', meta, transactionId, sip });
}

export function nok(application: Application, commandId: string, reason: string): void {
  application.reply(commandId, { result: 'nok', reason });
}
