import { CALL_ID_HEADER, type Call, isEnded } from '@ringback/contracts';
import { isWebRtc, remoteAudio, SdpError } from '@ringback/sdp';
import { header, headers, parseUri, type SipRequest, tagOf, unescapeUri } from '@ringback/sip';
import type { Store, SubscriberRow } from '@ringback/store';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Attempt } from '../auth/failed-attempts.ts';
import { callerIdentity } from '../routing/caller-identity.ts';
import type { OwnAddresses } from '../routing/own-addresses.ts';
import { type Route, refusal, routeOf } from '../routing/route.ts';
import type { Incoming } from '../sip-server/incoming.ts';

export interface AdmissionDeps {
  readonly store: Store;
  readonly authenticator: Authenticator;
  readonly own: OwnAddresses;
  readonly nowMs: () => number;
  /** Counts on each time it is asked: whose turn among the voices it is. */
  readonly nextTurn: () => number;
}

/** A call that may be tried, or whose refusal belongs on record. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly subscriber: SubscriberRow;
  readonly from: Call['from'];
  readonly route: Route;
  /** Asked for over the API: the record that exists already, or the id it shall have. */
  readonly asked: { readonly id: string; readonly call: Call | null } | undefined;
}

/** Answered without a record: nobody knows yet who calls. */
export interface NotAdmitted {
  readonly kind: 'not-admitted';
  readonly sipStatus: number;
  readonly reason?: string;
  readonly headers?: Record<string, string>;
  /** How it fared with the password check, when that is what stopped it. */
  readonly attempt?: Attempt;
}

/**
 * Decides about an INVITE that begins a call: who calls, whether it is who it says to be, and what it dials.
 */
export async function admit(deps: AdmissionDeps, incoming: Incoming): Promise<Admitted | NotAdmitted> {
  const { store, authenticator, own } = deps;
  const { message, receivedOn } = incoming;
  // RFC 3261 12.2.2: a To tag claims a dialog, and this one does not exist.
  if (tagOf(header(message, 'To')) !== undefined) return { kind: 'not-admitted', sipStatus: 481 };
  // RFC 3261 8.2.2.3: no extension is known here that changes what a call is.
  const required = headers(message, 'Require').join(', ');
  if (required !== '') return { kind: 'not-admitted', sipStatus: 420, headers: { Unsupported: required } };
  const verdict = await authenticator.verify(message, 407, receivedOn);
  if (verdict.kind === 'challenge')
    return {
      kind: 'not-admitted',
      sipStatus: verdict.status,
      headers: verdict.headers,
      attempt: verdict.attempt,
    };
  const subscriber = await store.subscribers.find(verdict.credential.number);
  if (!subscriber || subscriber.number !== verdict.credential.number)
    return { kind: 'not-admitted', sipStatus: 403 };
  const isOwnHost = (host: string) => own.isOwnHost(host, receivedOn);
  const identity = callerIdentity(message, subscriber, isOwnHost);
  if (identity.kind === 'refuse') return { kind: 'not-admitted', sipStatus: 403, reason: identity.reason };
  const [asked, route] = await Promise.all([
    askedCall(store, subscriber, message),
    routeOfRequest(deps, message, isOwnHost),
  ]);
  if (asked?.call && isEnded(asked.call.status)) return { kind: 'not-admitted', sipStatus: 487 };
  return { kind: 'admitted', subscriber, from: identity.party, route, asked };
}

async function routeOfRequest(
  { store, nowMs, nextTurn }: AdmissionDeps,
  message: SipRequest,
  isOwnHost: (host: string) => boolean,
): Promise<Route> {
  const target = parseUri(message.uri);
  const dialled = unescapeUri(target?.user ?? '');
  const to = {
    number: dialled === '' ? message.uri.slice(0, 128) : dialled.slice(0, 128),
    displayName: null,
  };
  if (!target || !isOwnHost(target.host))
    return refusal('other-domain', to, 403, 21, 'Calls to other domains are not passed on');
  if (dialled === '') return refusal('nothing-dialled', to, 404, 1, 'Nothing was dialled');
  const fault = offerFault(new TextDecoder().decode(message.body));
  if (fault !== undefined) return refusal('bad-offer', to, 488, 65, fault);
  return routeOf(store, dialled, nextTurn, nowMs());
}

/** Why an offer cannot be used; undefined when it can. */
function offerFault(sdp: string): string | undefined {
  // RFC 3261 13.2.1 lets the callee offer instead; no phone met so far does, and the media server needs an offer first.
  if (sdp === '') return 'The INVITE describes no media';
  try {
    // A browser's address stands in its candidates; everybody else must name one.
    if (!isWebRtc(sdp)) remoteAudio(sdp);
    return undefined;
  } catch (error) {
    if (error instanceof SdpError) return `The media description cannot be used: ${error.message}`;
    throw error;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Which call an INVITE belongs to: the header is believed from our own voices alone. */
async function askedCall(
  store: Pick<Store, 'calls'>,
  subscriber: SubscriberRow,
  message: SipRequest,
): Promise<Admitted['asked']> {
  const id = header(message, CALL_ID_HEADER)?.toLowerCase();
  if (subscriber.kind !== 'voice' || id === undefined || !UUID.test(id)) return undefined;
  return { id, call: await store.calls.get(id) };
}
