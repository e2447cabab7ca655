import { skipQuoted } from '../characters.ts';
import { header, headers, type SipMessage, type SipRequest, type SipResponse } from '../message.ts';
import { parseNameAddr, tagOf } from '../name-addr.ts';
import { parseCSeq } from '../scalar.ts';
import { uriScheme } from '../uri.ts';

/** What both ends of a dialog remember (RFC 3261 12). Sequence numbers are undefined until a request went that way. */
export interface Dialog {
  readonly role: 'uac' | 'uas';
  readonly state: 'early' | 'confirmed';
  readonly callId: string;
  readonly localTag: string;
  /** Empty for a peer of RFC 2543 (RFC 3261 12.1.1). */
  readonly remoteTag: string;
  /** From or To value without its tag: display name and URI of this end. */
  readonly localParty: string;
  readonly remoteParty: string;
  /** The URI of the peer's Contact. */
  readonly remoteTarget: string;
  /** Route values, next hop first. */
  readonly routeSet: readonly string[];
  readonly localSequence: number | undefined;
  readonly remoteSequence: number | undefined;
  /** The INVITE (or SUBSCRIBE, REFER) that made it, for the ACK and for the first sequence number. */
  readonly inviteSequence: number;
  readonly secure: boolean;
}

/** The three values that name a dialog, as one text; the peer's view of it has the tags the other way round. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}\n${localTag}\n${remoteTag}`;
}

/** The dialog that a received message speaks of, from this end's view; undefined when a tag of ours is missing. */
export function dialogKeyOf(message: SipMessage): string | undefined {
  const from = tagOf(header(message, 'From'));
  const to = tagOf(header(message, 'To'));
  const [local, remote] = message.kind === 'request' ? [to, from] : [from, to];
  const callId = header(message, 'Call-ID');
  return local === undefined || callId === undefined ? undefined : dialogKey(callId, local, remote ?? '');
}

function targetOf(message: SipMessage): string | undefined {
  const contact = header(message, 'Contact');
  return contact === undefined ? undefined : parseNameAddr(contact)?.uri;
}

/** A From or To value without its tag; its other parameters belong to that one message. */
function party(value: string): string {
  const at = value.indexOf('>', value.startsWith('"') ? Math.max(0, skipQuoted(value, 0)) : 0);
  if (at >= 0) return value.slice(0, at + 1);
  const semicolon = value.indexOf(';');
  return `<${semicolon < 0 ? value : value.slice(0, semicolon).trimEnd()}>`;
}

interface Ends {
  readonly callId: string;
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
  readonly target: string;
}

/** What a dialog is made of; undefined when one of the parts is missing or unreadable. */
function endsOf(request: SipRequest, response: SipMessage, contactOf: SipMessage): Ends | undefined {
  const callId = header(request, 'Call-ID');
  const from = header(request, 'From');
  const to = header(response, 'To');
  const sequence = parseCSeq(header(request, 'CSeq') ?? '')?.sequence;
  const target = targetOf(contactOf);
  if (callId === undefined || from === undefined || to === undefined) return undefined;
  if (sequence === undefined || target === undefined) return undefined;
  return { callId, from, to, sequence, target };
}

const stateOf = (response: SipResponse) => (response.status < 200 ? 'early' : 'confirmed');

/** The dialog at the caller, from its request and a 101-299 response (RFC 3261 12.1.2); undefined without To tag or Contact. */
export function uacDialog(request: SipRequest, response: SipResponse): Dialog | undefined {
  const ends = endsOf(request, response, response);
  const localTag = tagOf(ends?.from);
  const remoteTag = tagOf(ends?.to);
  if (ends === undefined || localTag === undefined || response.status === 100) return undefined;
  // A 2xx of an RFC 2543 peer may lack the tag; a provisional without it makes no dialog.
  if (remoteTag === undefined && response.status < 200) return undefined;
  return {
    role: 'uac',
    state: stateOf(response),
    callId: ends.callId,
    localTag,
    remoteTag: remoteTag ?? '',
    localParty: party(ends.from),
    remoteParty: party(ends.to),
    remoteTarget: ends.target,
    routeSet: headers(response, 'Record-Route').reverse(),
    localSequence: ends.sequence,
    remoteSequence: undefined,
    inviteSequence: ends.sequence,
    secure: uriScheme(request.uri) === 'sips',
  };
}

/** The dialog at the called side, from the received request and our response with its To tag (RFC 3261 12.1.1). */
export function uasDialog(request: SipRequest, response: SipResponse): Dialog | undefined {
  const ends = endsOf(request, response, request);
  const localTag = tagOf(ends?.to);
  if (ends === undefined || localTag === undefined || response.status === 100) return undefined;
  return {
    role: 'uas',
    state: stateOf(response),
    callId: ends.callId,
    localTag,
    remoteTag: tagOf(ends.from) ?? '',
    localParty: party(ends.to),
    remoteParty: party(ends.from),
    remoteTarget: ends.target,
    routeSet: headers(request, 'Record-Route'),
    localSequence: undefined,
    remoteSequence: ends.sequence,
    inviteSequence: ends.sequence,
    secure: uriScheme(request.uri) === 'sips',
  };
}

/**
 * The subscriber's dialog, from its SUBSCRIBE and a NOTIFY that came before the 2xx or from another fork (RFC 6665
 * 4.4.1); undefined when the NOTIFY does not belong to the SUBSCRIBE or has no Contact.
 */
export function notifiedDialog(subscribe: SipRequest, notify: SipRequest): Dialog | undefined {
  const ends = endsOf(subscribe, notify, notify);
  const remoteParty = header(notify, 'From');
  const localTag = tagOf(ends?.from);
  const isOfDialog = localTag === tagOf(ends?.to) && ends?.callId === header(notify, 'Call-ID');
  if (ends === undefined || remoteParty === undefined || localTag === undefined || !isOfDialog)
    return undefined;
  return {
    role: 'uac',
    state: 'confirmed',
    callId: ends.callId,
    localTag,
    remoteTag: tagOf(remoteParty) ?? '',
    localParty: party(ends.from),
    remoteParty: party(remoteParty),
    remoteTarget: ends.target,
    routeSet: headers(notify, 'Record-Route'),
    localSequence: ends.sequence,
    remoteSequence: undefined,
    inviteSequence: ends.sequence,
    secure: uriScheme(subscribe.uri) === 'sips',
  };
}

/** The same dialog as its peer sees it; `contact` is the URI of our Contact. */
export function seenByPeer(dialog: Dialog, contact: string): Dialog {
  return {
    ...dialog,
    role: dialog.role === 'uac' ? 'uas' : 'uac',
    localTag: dialog.remoteTag,
    remoteTag: dialog.localTag,
    localParty: dialog.remoteParty,
    remoteParty: dialog.localParty,
    remoteTarget: contact,
    routeSet: [],
    localSequence: dialog.remoteSequence,
    remoteSequence: dialog.localSequence,
  };
}

/** The caller's early dialog when its 2xx comes: route set and target are computed anew (RFC 3261 13.2.2.4). */
export function confirmDialog(dialog: Dialog, response: SipResponse): Dialog {
  const routeSet = dialog.role === 'uac' ? headers(response, 'Record-Route').reverse() : dialog.routeSet;
  const remoteTarget =
    dialog.role === 'uac' ? (targetOf(response) ?? dialog.remoteTarget) : dialog.remoteTarget;
  return { ...dialog, state: 'confirmed', routeSet, remoteTarget };
}

/** The peer's new Contact from a target refresh, INVITE, UPDATE, SUBSCRIBE, NOTIFY or REFER and their 2xx (RFC 3261 12.2). */
export function refreshTarget(dialog: Dialog, message: SipMessage): Dialog {
  const remoteTarget = targetOf(message) ?? dialog.remoteTarget;
  return remoteTarget === dialog.remoteTarget ? dialog : { ...dialog, remoteTarget };
}
