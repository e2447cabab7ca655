import {
  type Branch,
  bareHost,
  forwardRequest,
  headers,
  isListHeader,
  loopBranch,
  parseUri,
  type SipHeader,
  type SipRequest,
  type Via,
  withHeader,
  withHeaders,
  withoutHeader,
} from '@ringback/sip';
import type { Core } from '../core/core.ts';
import { freshBranch } from '../identifiers.ts';
import type { Flow } from '../transport/flow.ts';
import { viaFor } from '../uac/hang-up.ts';
import { isBoundTo, recordRoutes } from './record-route.ts';

/** A proxy that changed these would break the transaction or the dialog (RFC 3261 16.6). */
const NOT_FOR_APPLICATIONS = new Set([
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Max-Forwards',
  'Content-Type',
  'Content-Length',
]);

export interface TargetOptions {
  /** Of the request that came. */
  from: Flow;
  to: Flow;
  remainInDialog: boolean;
  /** What the application sets besides. */
  headers: readonly SipHeader[];
}

/** The copy of a request that goes to one target of an application's choice (RFC 3261 16.6). */
export function requestForTarget(
  core: Core,
  request: SipRequest,
  branch: Branch,
  { from, to, remainInDialog, headers: extra }: TargetOptions,
): SipRequest {
  const uri = isRetargeted(core, request, branch, to) ? branch.target : request.uri;
  // The application's target is the next hop, whatever route the request was sent on with.
  const changed = extra.reduce(withApplicationHeader, withoutHeader({ ...request, uri }, 'Route'));
  const isRegister = request.method === 'REGISTER';
  const copy = forwardRequest(changed, {
    via: proxyVia(request, to),
    ...(remainInDialog ? { recordRoutes: recordRoutes(core, request, from, to, branch.target) } : {}),
    // RFC 3327: a registration makes no dialog, but calls to its contact shall come through us.
    ...(isRegister ? { recordRouteName: 'Path' } : {}),
  });
  return isRegister && remainInDialog
    ? withHeaders(copy, 'Require', [...headers(copy, 'Require'), 'path'])
    : copy;
}

/**
 * As drachtio-server has it, a target is a next hop, and the Request-URI is replaced only when it names this server. A
 * Contact, be it of a redirect or of a client that registered here, is an address to be called by (RFC 3261 16.5).
 */
function isRetargeted(core: Core, request: SipRequest, branch: Branch, to: Flow): boolean {
  return branch.recursed || isOwnUri(core, request.uri) || isBoundTo(core, branch.target, to);
}

function isOwnUri(core: Core, text: string): boolean {
  const uri = parseUri(text);
  return uri !== undefined && isOwnHost(core, uri.host, uri.port);
}

/** A name without a port is a domain, wherever we listen. */
function isOwnHost(core: Core, host: string, port: number | undefined): boolean {
  return core.listeners.all.some(
    (listener) => listener.own.isOwn(bareHost(host)) && (port === undefined || port === listener.local.port),
  );
}

/** Whether a Via was written by this server. */
export const isOwnVia = (core: Core, via: Via) => isOwnHost(core, via.host, via.port);

/** Our Via on that flow; its branch shows a loop when the request comes back. */
export function proxyVia(received: SipRequest, to: Flow): string {
  return viaFor(to, loopBranch(freshBranch(), received));
}

function withApplicationHeader(request: SipRequest, { name, value }: SipHeader): SipRequest {
  if (NOT_FOR_APPLICATIONS.has(name)) return request;
  if (!isListHeader(name)) return withHeader(request, name, value);
  return withHeaders(request, name, [...headers(request, name), value]);
}
