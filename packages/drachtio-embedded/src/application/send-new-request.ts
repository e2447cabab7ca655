import {
  formatNameAddr,
  header,
  type NameAddr,
  parseCSeq,
  parseMaxForwards,
  parseNameAddr,
  type SipHeader,
  type SipRequest,
  type SipResponse,
  withParam,
} from '@ringback/sip';
import type { Arrival } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Outgoing } from '../core/transaction-table.ts';
import { freshCallId, freshTag } from '../identifiers.ts';
import { awaitNotify, subscribeAnswered } from '../subscription/subscribe-answered.ts';
import { deadFlow, type Flow } from '../transport/flow.ts';
import { contactUri } from '../transport/listeners.ts';
import { viaFor } from '../uac/hang-up.ts';
import { inviteAnswered } from '../uac/invite-answered.ts';
import { deliver, prepare } from '../uac/launch.ts';
import { type FlowChoice, findFlow } from '../uac/next-hop.ts';
import { localResponse } from '../uac/outgoing-request.ts';
import type { RequestCommand } from './commands.ts';
import type { Application } from './connection.ts';
import { echoRequest, nok } from './echo.ts';
import { applicationHeaders, impliedContentType, takeHeader, without } from './headers.ts';

/** What a choice without a flow means: a reason the command is refused with, or a status the request is answered with. */
const REFUSALS = {
  myself: 'can not send request to myself',
  'no-transport': 'requested protocol/transport not available',
  'bad-uri': 'invalid request-uri',
  gone: 410,
  unresolved: 503,
} as const satisfies Record<Exclude<FlowChoice['kind'], 'flow'>, string | number>;

/** Requests that have to carry a Contact (RFC 3261 8.1.1.8, RFC 6665 8.3.1, RFC 3515 2.2). */
const SAYS_WHERE_WE_ARE = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY']);

/** A request outside of any dialog. */
export async function sendNewRequest(
  core: Core,
  application: Application,
  wanted: RequestCommand,
): Promise<void> {
  const { command } = wanted;
  const { transactions, dialogs, limits } = core;
  if (transactions.outgoingCount >= limits.clientTransactions || dialogs.size >= limits.dialogs)
    return nok(application, command.id, 'too many calls');
  const choice = await findFlow(core, command.routeUrl ?? wanted.uri);
  if (application.closed) return;
  const refusal = choice.kind === 'flow' ? undefined : REFUSALS[choice.kind];
  if (typeof refusal === 'string') return nok(application, command.id, refusal);
  const flow = choice.kind === 'flow' ? choice.flow : nowhere(core);
  const request = buildRequest(core, wanted, flow);
  if (request === 'missing-content-type') return nok(application, command.id, 'missing content-type');
  const outgoing = prepare(core, {
    request,
    flow,
    alternatives: choice.kind === 'flow' ? choice.alternatives : undefined,
    application,
    onResponse: answered,
  });
  const { transaction } = outgoing;
  echoRequest(core, application, command.id, transaction.id, transaction.request, transaction.flow);
  if (subscribes(request)) awaitNotify(core, outgoing);
  if (refusal === undefined) return transaction.start();
  const response = localResponse(request, refusal);
  core.cdrs.answered('network', 'uac', request, response);
  answered(core, outgoing, response, undefined);
  transaction.abandon('normal');
}

/** For a request that can be shown but not sent. */
function nowhere(core: Core): Flow {
  return deadFlow(core.listeners.all[0]!, { host: '', port: 0 });
}

function answered(core: Core, outgoing: Outgoing, response: SipResponse, arrival: Arrival | undefined): void {
  const { request } = outgoing.transaction;
  rememberChallenge(core, request, response);
  if (request.method === 'INVITE') {
    inviteAnswered(core, outgoing, response, arrival);
    return;
  }
  if (subscribes(request)) subscribeAnswered(core, outgoing, response, arrival);
  else deliver(core, outgoing, response, arrival, '');
}

const subscribes = ({ method }: SipRequest) => method === 'SUBSCRIBE' || method === 'REFER';

/** RFC 3261 22.2: the retry with credentials keeps the From tag, and only that retry. */
function rememberChallenge(core: Core, request: SipRequest, response: SipResponse): void {
  if (response.status !== 401 && response.status !== 407) return;
  core.challenges.add(
    header(request, 'Call-ID') ?? '',
    parseNameAddr(header(request, 'From') ?? '')?.params.get('tag'),
  );
}

function buildRequest(core: Core, wanted: RequestCommand, flow: Flow): SipRequest | 'missing-content-type' {
  const { command, method, uri } = wanted;
  const given = applicationHeaders(command.sip, flow);
  const type = impliedContentType(given, command.sip.body);
  if (type === 'missing') return 'missing-content-type';
  const callId = takeHeader(given, 'Call-ID') ?? freshCallId();
  const sequence =
    parseCSeq(takeHeader(given, 'CSeq') ?? '')?.sequence ?? 1 + Math.floor(Math.random() * 10_000_000);
  const headers: SipHeader[] = [
    { name: 'Via', value: viaFor(flow) },
    ...preloadedRoute(command.routeUrl),
    { name: 'Max-Forwards', value: String(parseMaxForwards(takeHeader(given, 'Max-Forwards') ?? '') ?? 70) },
    { name: 'From', value: fromValue(core, takeHeader(given, 'From'), callId, flow) },
    { name: 'To', value: toValue(takeHeader(given, 'To'), uri) },
    { name: 'Call-ID', value: callId },
    { name: 'CSeq', value: `${sequence} ${method}` },
    ...contact(given, method, flow),
    ...without(given, 'Max-Forwards', 'From', 'To', 'Call-ID', 'CSeq'),
    ...type,
  ];
  return { kind: 'request', method, uri, headers, body: command.sip.body };
}

/** A next hop that calls itself a loose router wants to see itself in a Route (RFC 3261 8.1.2). */
function preloadedRoute(routeUrl: string | undefined): SipHeader[] {
  return routeUrl && /;lr(?:[;=]|$)/i.test(routeUrl) ? [{ name: 'Route', value: `<${routeUrl}>` }] : [];
}

/** The tag is ours: a B2BUA that copies the caller's From must not make two dialogs of one name. */
function fromValue(core: Core, value: string | undefined, callId: string, flow: Flow): string {
  const parsed = parseNameAddr(value ?? '');
  const party: NameAddr = parsed ?? {
    displayName: undefined,
    uri: contactUri(flow),
    params: new Map(),
  };
  const tag = core.challenges.tagFor(callId, party.params.get('tag')) ?? freshTag();
  return formatNameAddr({ ...party, params: withParam(party.params, 'tag', tag) });
}

function toValue(value: string | undefined, uri: string): string {
  const parsed = parseNameAddr(value ?? '');
  if (!parsed) return `<${uri}>`;
  return formatNameAddr({ ...parsed, params: withParam(parsed.params, 'tag', undefined) });
}

function contact(given: SipHeader[], method: string, flow: Flow): SipHeader[] {
  if (!SAYS_WHERE_WE_ARE.has(method) || takeHeader(given, 'Contact') !== undefined) return [];
  return [{ name: 'Contact', value: `<${contactUri(flow)}>` }];
}
