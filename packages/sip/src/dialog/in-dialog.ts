import { emptyBody, header, headers, type SipHeader, type SipRequest } from '../message.ts';
import { parseNameAddr } from '../name-addr.ts';
import { parseCSeq } from '../scalar.ts';
import { formatUri, parseUri } from '../uri.ts';
import { type Dialog, refreshTarget } from './dialog.ts';

export interface InDialogOptions {
  /** The whole Via value, with a fresh branch (see `ownVia`). */
  readonly via: string;
  /** Sequence number before the first request of a called side; 0 when not given. */
  readonly firstSequence?: number;
  readonly headers?: readonly SipHeader[];
  readonly body?: Uint8Array;
}

interface Route {
  readonly uri: string;
  readonly routes: readonly string[];
}

function isLoose(route: string): boolean {
  const uri = parseNameAddr(route)?.uri;
  return uri !== undefined && parseUri(uri)?.params.has('lr') === true;
}

/** A URI without the parts that may not stand in a Request-URI: the method parameter and headers (RFC 3261 19.1.1). */
function asRequestUri(text: string): string {
  const uri = parseUri(text);
  if (uri === undefined) return text;
  const params = new Map(uri.params);
  params.delete('method');
  return formatUri({ ...uri, params, headers: [] });
}

/** Request-URI and Route values of a request in the dialog (RFC 3261 12.2.1.1). */
export function routeOf({ remoteTarget, routeSet }: Pick<Dialog, 'remoteTarget' | 'routeSet'>): Route {
  const [first, ...rest] = routeSet;
  if (first === undefined || isLoose(first)) return { uri: remoteTarget, routes: routeSet };
  // A strict router takes the Request-URI for its own and finds the target as the last Route.
  const uri = asRequestUri(parseNameAddr(first)?.uri ?? remoteTarget);
  return { uri, routes: [...rest, `<${remoteTarget}>`] };
}

/** The URI that a request is sent to: its first Route if that is a loose router, else its Request-URI (RFC 3261 8.1.2). */
export function nextHopUri(request: SipRequest): string {
  const first = headers(request, 'Route')[0];
  return first !== undefined && isLoose(first) ? (parseNameAddr(first)?.uri ?? request.uri) : request.uri;
}

const withTag = (party: string, tag: string) => (tag === '' ? party : `${party};tag=${tag}`);

/**
 * The next request in the dialog and the dialog after it (RFC 3261 12.2.1.1). An ACK takes the INVITE's sequence number
 * (13.2.2.4): `inviteSequence` when the last request of ours that this end sent was another one.
 */
export function requestInDialog(
  dialog: Dialog,
  method: string,
  options: InDialogOptions,
): { dialog: Dialog; request: SipRequest } {
  const previous = dialog.localSequence ?? options.firstSequence ?? 0;
  const isAck = method === 'ACK';
  const sequence = isAck ? dialog.inviteSequence : previous + 1;
  const { uri, routes } = routeOf(dialog);
  const lines: SipHeader[] = [
    { name: 'Via', value: options.via },
    ...routes.map((value) => ({ name: 'Route', value })),
    { name: 'From', value: withTag(dialog.localParty, dialog.localTag) },
    { name: 'To', value: withTag(dialog.remoteParty, dialog.remoteTag) },
    { name: 'Call-ID', value: dialog.callId },
    { name: 'CSeq', value: `${sequence} ${method}` },
    { name: 'Max-Forwards', value: '70' },
    ...(options.headers ?? []),
  ];
  const request: SipRequest = {
    kind: 'request',
    method,
    uri,
    headers: lines,
    body: options.body ?? emptyBody,
  };
  const inviteSequence = method === 'INVITE' ? sequence : dialog.inviteSequence;
  return { dialog: isAck ? dialog : { ...dialog, localSequence: sequence, inviteSequence }, request };
}

export type InDialogResult = { ok: true; dialog: Dialog } | { ok: false; status: number; reason: string };

const refreshing = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

/** Checks a received request against the dialog and takes its sequence number and target over (RFC 3261 12.2.2). */
export function receiveInDialog(dialog: Dialog, request: SipRequest): InDialogResult {
  const cseq = parseCSeq(header(request, 'CSeq') ?? '');
  if (cseq === undefined) return { ok: false, status: 400, reason: 'Bad CSeq' };
  // ACK and CANCEL carry the number of their INVITE, which was counted.
  if (request.method === 'ACK' || request.method === 'CANCEL') return { ok: true, dialog };
  const last = dialog.remoteSequence;
  if (last !== undefined && cseq.sequence < last)
    return { ok: false, status: 500, reason: 'CSeq Out Of Order' };
  const counted = { ...dialog, remoteSequence: cseq.sequence };
  return { ok: true, dialog: refreshing.has(request.method) ? refreshTarget(counted, request) : counted };
}
