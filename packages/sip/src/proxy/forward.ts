import { nextHopUri, routeOf } from '../dialog/in-dialog.ts';
import { hashHex } from '../digest/digest.ts';
import { header, headers, prependHeader, type SipRequest, withHeader, withHeaders } from '../message.ts';
import { parseNameAddr, tagOf } from '../name-addr.ts';
import { parseCSeq, parseMaxForwards } from '../scalar.ts';
import { parseVia, type Via } from '../via.ts';

const DEFAULT_HOPS = 70;

/** True when the request may not travel any further (RFC 3261 16.3 step 3). */
export function hopsUsedUp(request: SipRequest): boolean {
  return parseMaxForwards(header(request, 'Max-Forwards') ?? String(DEFAULT_HOPS)) === 0;
}

export interface ForwardOptions {
  /** Our Via, with a branch of `loopBranch`. */
  readonly via: string;
  /** Topmost first: the one that faces the target stands above the one that faces the sender (RFC 5658). */
  readonly recordRoutes?: readonly string[];
  /** `Path` for REGISTER (RFC 3327), which makes no dialog. */
  readonly recordRouteName?: 'Record-Route' | 'Path';
}

/** The copy that goes to a target (RFC 3261 16.6 steps 1, 3, 4 and 8); Request-URI and Route are those of `request`. */
export function forwardRequest(request: SipRequest, options: ForwardOptions): SipRequest {
  const hops = parseMaxForwards(header(request, 'Max-Forwards') ?? '');
  const copy = withHeader(request, 'Max-Forwards', String(hops === undefined ? DEFAULT_HOPS : hops - 1));
  const { recordRoutes = [], recordRouteName = 'Record-Route' } = options;
  const recorded = withHeaders(copy, recordRouteName, [...recordRoutes, ...headers(copy, recordRouteName)]);
  return prependHeader(recorded, 'Via', options.via);
}

export interface OwnRoutes {
  /** The request without the Route values that named us. */
  readonly request: SipRequest;
  /** Their URIs, in order. */
  readonly taken: readonly string[];
}

/** Takes our own values off the top of Route, and undoes what a strict router did (RFC 3261 16.4). */
export function takeOwnRoutes(request: SipRequest, isOwn: (uri: string) => boolean): OwnRoutes {
  const routes = headers(request, 'Route');
  const taken: string[] = [];
  let { uri } = request;
  const last = routes.at(-1);
  if (last !== undefined && isOwn(uri)) {
    taken.push(uri);
    uri = parseNameAddr(last)?.uri ?? uri;
    routes.pop();
  }
  for (;;) {
    const first = parseNameAddr(routes[0] ?? '')?.uri;
    if (first === undefined || !isOwn(first)) break;
    taken.push(first);
    routes.shift();
  }
  return { request: withHeaders({ ...request, uri }, 'Route', routes), taken };
}

/** The request as its next hop wants it, and where that is (RFC 3261 16.6 steps 6 and 7). */
export function routeOnward(request: SipRequest): { request: SipRequest; nextHop: string } {
  const { uri, routes } = routeOf({ remoteTarget: request.uri, routeSet: headers(request, 'Route') });
  const routed = withHeaders({ ...request, uri }, 'Route', routes);
  return { request: routed, nextHop: nextHopUri(routed) };
}

/** What decides where a request is sent; a request that comes again with the same is in a loop (RFC 3261 16.6 step 8). */
function loopDigest(request: SipRequest): string {
  const decisive = [
    request.uri,
    tagOf(header(request, 'From')) ?? '',
    tagOf(header(request, 'To')) ?? '',
    header(request, 'Call-ID') ?? '',
    String(parseCSeq(header(request, 'CSeq') ?? '')?.sequence ?? ''),
    ...headers(request, 'Route'),
    ...headers(request, 'Proxy-Require'),
    ...headers(request, 'Proxy-Authorization'),
  ];
  return hashHex('SHA-256', decisive.join('\n')).slice(0, 16);
}

/** A branch that shows, when the request comes back, whether anything about it has changed. */
export function loopBranch(branch: string, request: SipRequest): string {
  return `${branch}.${loopDigest(request)}`;
}

/** True when we forwarded this very request before (RFC 3261 16.3 step 4); a changed one is a spiral and may pass. */
export function isLooped(request: SipRequest, isOwn: (via: Via) => boolean): boolean {
  const ours = headers(request, 'Via')
    .slice(1)
    .map(parseVia)
    .filter((via) => via !== undefined && isOwn(via));
  if (ours.length === 0) return false;
  const mark = `.${loopDigest(request)}`;
  return ours.some((via) => via?.params.get('branch')?.endsWith(mark) === true);
}
