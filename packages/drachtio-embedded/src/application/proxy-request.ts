import type { ProxyCommand } from '@ringback/drachtio-wire';
import { header, hopsUsedUp, responseTo, serializeMessage } from '@ringback/sip';
import { originOf } from '../core/accept.ts';
import { networkMeta } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import { findFlow } from '../core/next-hop.ts';
import type { Incoming } from '../core/transaction-table.ts';
import { ProxiedRequest, type ProxyPlan } from '../proxy/proxied-request.ts';
import { requestForTarget } from '../proxy/target-request.ts';
import type { Application } from './connection.ts';
import { nok } from './echo.ts';
import { applicationHeaders } from './headers.ts';

/** Milliseconds of `2s` or `1500ms`; undefined when nothing is said, NaN when it cannot be read. */
function durationMs(text: string): number | undefined {
  if (text === '') return undefined;
  const match = /^(\d{1,7})(ms|s)$/.exec(text);
  return match ? Number(match[1]) * (match[2] === 's' ? 1000 : 1) : Number.NaN;
}

/** An application hands a request on. From here the server answers for it, whatever becomes of the application. */
export function proxyRequest(core: Core, application: Application, command: ProxyCommand): void {
  const incoming = unanswered(core, application, command.transactionId);
  if (!incoming) {
    nok(application, command.id, `Unknown transaction id: ${command.transactionId}`);
    return;
  }
  const { request } = incoming.transaction;
  const provisionalMs = durationMs(command.provisionalTimeout);
  const finalMs = durationMs(command.finalTimeout);
  if (Number.isNaN(provisionalMs) || Number.isNaN(finalMs)) {
    const text = Number.isNaN(provisionalMs) ? command.provisionalTimeout : command.finalTimeout;
    nok(application, command.id, `invalid timeout "${text}": write 2s or 1500ms`);
    return;
  }
  if (hopsUsedUp(request)) {
    nok(application, command.id, 'Rejected with 483 Too Many Hops due to Max-Forwards value of 0');
    incoming.transaction.respond(responseTo(request, 483, '', { toTag: incoming.localTag }));
    return;
  }
  incoming.application = undefined;
  core.transactions.forgetOrigin(incoming, originOf(request));
  const timeouts = {
    ...(provisionalMs === undefined ? {} : { provisionalMs }),
    ...(finalMs === undefined ? {} : { finalMs }),
  };
  const proxied = new ProxiedRequest(core, incoming, planFor(core, application, incoming, command, timeouts));
  incoming.forwarding = proxied;
  proxied.start();
}

/** A request of that application that it has said nothing to; what it once answered itself it cannot hand on. */
function unanswered(core: Core, application: Application, id: string): Incoming | undefined {
  const incoming = core.transactions.incomingById(id);
  if (incoming?.application !== application || incoming.dialog) return undefined;
  const { rings, finalStatus } = incoming.transaction;
  return rings || finalStatus !== undefined ? undefined : incoming;
}

function planFor(
  core: Core,
  application: Application,
  incoming: Incoming,
  command: ProxyCommand,
  timeouts: { provisionalMs?: number; finalMs?: number },
): ProxyPlan {
  const { simultaneous, followRedirects, remainInDialog } = command;
  const { request, flow: from } = incoming.transaction;
  const retry = core.retryTargets.take(request);
  return {
    targets: retry === undefined ? command.destinations : [retry],
    search: { simultaneous, followRedirects, maxTargets: core.limits.proxyTargets, ...timeouts },
    find: (target) => findFlow(core, target),
    copy: (branch, to) => {
      const headers = applicationHeaders(command.sip, to);
      return requestForTarget(core, request, branch, { from, to, remainInDialog, headers });
    },
    challenged: (target, response) => core.retryTargets.remember(response, target),
    forwarded: (response, to) => {
      const answersCall = request.method === 'INVITE' && response.status >= 200 && response.status < 300;
      if (answersCall && remainInDialog && to)
        core.carriedCalls.begin(header(request, 'Call-ID') ?? '', [from, to]);
    },
    ...replies(application, command),
  };
}

/** What the application is told (drachtio's `continue` and `done`). */
function replies(
  application: Application,
  { id, fullResponse, destinations }: ProxyCommand,
): Pick<ProxyPlan, 'launched' | 'answered' | 'done'> {
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
