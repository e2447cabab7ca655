import {
  header,
  isKnownMethod,
  isLooped,
  parseMaxForwards,
  responseTo,
  type SipRequest,
  serverTransactionKey,
  sessionTooSmall,
  tagOf,
  validateRequest,
} from '@ringback/sip';
import type { Arrival } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import { turnedAway } from '../guard/turned-away.ts';
import { isPassedOn } from '../proxy/pass-on.ts';
import { isOwnVia } from '../proxy/target-request.ts';
import { accept, present } from './accept.ts';
import type { Received } from './incoming-request.ts';
import { originOf } from './origin.ts';
import { isShed } from './overload.ts';
import { receiveAck } from './receive-ack.ts';
import { receiveCancel } from './receive-cancel.ts';
import { receiveInDialog } from './receive-in-dialog.ts';
import { RETRY_AFTER, type Refusal, refuse } from './refuse.ts';

/** Option tags that are seen to here or left for the application to judge; what stands in none of the two gets 420 (RFC 3261 8.2.2.3). */
const SUPPORTED_EXTENSIONS = [
  '100rel',
  'timer',
  'eventlist',
  'gruu',
  'join',
  'norefersub',
  'outbound',
  'path',
  'replaces',
  'tdialog',
];

/** Methods whose success leaves a dialog, so that there has to be room for it and somebody to call (RFC 3261 12.1). */
const MAKES_DIALOG = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);

/** Methods that mean something only inside a dialog. */
const NEEDS_DIALOG = new Set(['BYE', 'UPDATE', 'PRACK']);

const ALLOW = {
  name: 'Allow',
  value:
    'INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, MESSAGE, INFO, NOTIFY, SUBSCRIBE, PUBLISH, PRACK, UPDATE',
};

const LOOP: Refusal = { status: 482, reason: '' };

/** A request whose Via is already marked with where it came from. */
export function receiveRequest(core: Core, arrival: Arrival, request: SipRequest): void {
  const key = serverTransactionKey(request);
  const known = core.transactions.incoming(key);
  if (known) {
    const ack = known.transaction.receive(request);
    if (ack) receiveAck(core, arrival, ack);
    return;
  }
  const isWithin = request.method === 'CANCEL' || tagOf(header(request, 'To')) !== undefined;
  if (request.method !== 'ACK' && isShed(core, key, isWithin)) {
    refuse(core, arrival.flow, request, {
      status: 503,
      reason: '',
      headers: RETRY_AFTER,
      because: 'overload',
    });
    return;
  }
  const fault = faultOf(core, request);
  if (fault) refuseFaulty(core, arrival, request, fault);
  else if (request.method === 'ACK') receiveAck(core, arrival, request);
  else if (request.method === 'CANCEL') receiveCancel(core, { request, key, arrival });
  else if (isWithin) receiveInDialog(core, { request, key, arrival });
  else receiveOutOfDialog(core, { request, key, arrival });
}

function refuseFaulty(core: Core, { flow }: Arrival, request: SipRequest, fault: Refusal): void {
  const isMalformed = fault.status === 400;
  if (isMalformed) core.guard.strike(flow.remote.host, flow.reliable);
  refuse(core, flow, request, isMalformed ? { ...fault, because: 'malformed' } : fault);
}

function faultOf(core: Core, request: SipRequest): Refusal | undefined {
  // What a passed-on request requires is for its receiver to know (RFC 3261 16.3 step 5).
  if (isPassedOn(core, request)) return validateRequest(request) ?? loopOf(core, request);
  return (
    validateRequest(request, { supported: SUPPORTED_EXTENSIONS }) ??
    loopOf(core, request) ??
    sessionTooSmall(request)
  );
}

/** RFC 3261 16.3 step 4 */
const loopOf = (core: Core, request: SipRequest) =>
  isLooped(request, (via) => isOwnVia(core, via)) ? LOOP : undefined;

function receiveOutOfDialog(core: Core, received: Received): void {
  const { request, arrival } = received;
  if (turnedAway(core, arrival.flow, request)) return;
  const refusal = faultOutOfDialog(core, request) ?? ownAnswer(core, request);
  const handler = refusal ? undefined : core.requestHandlers.find(request.method);
  const application = refusal || handler ? undefined : core.routes.next(request.method.toLowerCase());
  if (!application && !handler) {
    refuse(core, arrival.flow, request, refusal ?? unrouted(core, request.method));
    return;
  }
  const incoming = accept(core, received, application);
  if (request.method === 'INVITE') incoming.transaction.respond(responseTo(request, 100));
  if (handler) core.requestHandlers.handle(core, incoming, arrival, handler);
  else if (application) present(application, incoming, arrival);
}

function faultOutOfDialog(core: Core, request: SipRequest): Refusal | undefined {
  if (NEEDS_DIALOG.has(request.method)) return { status: 481, reason: '' };
  // RFC 3261 8.2.2.2: the same request by two ways, from a proxy that forks back to us.
  if (core.transactions.isBeingAnswered(originOf(request))) return { status: 482, reason: '' };
  // What an application may pass on has to end here when it went too far (RFC 3261 16.3).
  const isForUs = request.method === 'OPTIONS' || request.method === 'REGISTER';
  if (!isForUs && hopsLeft(request) === 0) return { status: 483, reason: '' };
  if (!MAKES_DIALOG.has(request.method)) return undefined;
  if (header(request, 'Contact') === undefined) return { status: 400, reason: 'Missing Contact' };
  return core.dialogs.size >= core.limits.dialogs
    ? { status: 503, reason: '', headers: RETRY_AFTER, because: 'overload' }
    : undefined;
}

/** A load balancer only wants to know whether somebody is here. */
function ownAnswer(core: Core, request: SipRequest): Refusal | undefined {
  const { answeredUserAgent } = core;
  if (request.method !== 'OPTIONS' || answeredUserAgent === undefined) return undefined;
  return header(request, 'User-Agent') === answeredUserAgent
    ? { status: 200, reason: '', headers: [ALLOW] }
    : undefined;
}

/** RFC 3261 16.3: without the header there is no limit. */
function hopsLeft(request: SipRequest): number {
  return parseMaxForwards(header(request, 'Max-Forwards') ?? '') ?? 70;
}

function unrouted(core: Core, method: string): Refusal {
  if (!isKnownMethod(method)) return { status: 501, reason: '' };
  // RFC 3261 8.2.1
  if (method === 'REFER') return { status: 405, reason: '', headers: [ALLOW] };
  core.logger.debug({ method }, 'no application has routed this method');
  return { status: 503, reason: '', because: 'unrouted' };
}
