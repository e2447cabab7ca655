import type { ProxyCommand } from '@ringback/drachtio-wire';
import { serializeMessage } from '@ringback/sip';
import { networkMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import { type ProxyNews, proxyTimeouts, startProxy } from '../proxy/start-proxy.ts';
import type { Flow } from '../transport/flow.ts';
import type { Application } from './connection.ts';
import { nok } from './echo.ts';
import { applicationHeaders } from './headers.ts';

const NO_HOPS = 'Rejected with 483 Too Many Hops due to Max-Forwards value of 0';

/** An application hands a request on. The server goes on with it, whatever becomes of the application. */
export function proxyRequest(core: Core, application: Application, command: ProxyCommand): void {
  const incoming = unanswered(core, application, command.transactionId);
  if (!incoming) {
    nok(application, command.id, `Unknown transaction id: ${command.transactionId}`);
    return;
  }
  const { destinations, remainInDialog, followRedirects, simultaneous } = command;
  const timeouts = proxyTimeouts(command.provisionalTimeout, command.finalTimeout);
  if (typeof timeouts === 'string') {
    nok(application, command.id, `invalid timeout "${timeouts}": write 2s or 1500ms`);
    return;
  }
  const order = {
    destinations,
    remainInDialog,
    followRedirects,
    simultaneous,
    ...timeouts,
    headers: (to: Flow) => applicationHeaders(command.sip, to),
  };
  if (!startProxy(core, incoming, order, replies(application, command)))
    nok(application, command.id, NO_HOPS);
}

/** A request of that application that it has said nothing to; what it once answered itself it cannot hand on. */
function unanswered(core: Core, application: Application, id: string): Incoming | undefined {
  const incoming = core.transactions.incomingById(id);
  if (incoming?.application !== application || incoming.dialog) return undefined;
  const { rings, finalStatus } = incoming.transaction;
  return rings || finalStatus !== undefined ? undefined : incoming;
}

/** What the application is told (drachtio's `continue` and `done`). */
function replies(application: Application, { id, fullResponse, destinations }: ProxyCommand): ProxyNews {
  let launched = false;
  return {
    launched: () => {
      if (!launched && !fullResponse) application.reply(id, { result: 'proxied' });
      launched = true;
    },
    answered: (response, arrival) => {
      const sip = serializeMessage(response);
      if (fullResponse) application.reply(id, { result: 'proxy-response', meta: networkMeta(arrival), sip });
    },
    done: () => {
      if (!launched) nok(application, id, `error proxying request to ${destinations.join(', ')}`);
      else if (fullResponse) application.reply(id, { result: 'proxied' });
    },
  };
}
