import type {
  Call,
  CallDetail,
  CallEventRecord,
  CallPage,
  Leg,
  LegEvent,
  LegState,
  LegSummary,
  SipMessageRecord,
  SpeechEvent,
} from '@ringback/contracts';
import { isOver } from '../format/call-words.ts';

/** Pages of a list that was read so far, newest first. */
export interface CallPages {
  pages: CallPage[];
  pageParams: unknown[];
}

/** The list with that call as it is now: replaced where it stands, or put first when it is new to the list. */
export function withCall<T extends CallPages>(list: T, call: Call, acceptsNew: boolean): T {
  const known = list.pages.some((page) => page.calls.some(({ id }) => id === call.id));
  if (known) {
    const pages = list.pages.map((page) => ({
      ...page,
      calls: page.calls.map((old) => ({ ...old, ...newerCall(old, call) })),
    }));
    return { ...list, pages };
  }
  const [first, ...rest] = list.pages;
  if (!acceptsNew || !first) return list;
  return { ...list, pages: [{ ...first, calls: [call, ...first.calls] }, ...rest] };
}

/** The list with what that leg is now, if its call is in it. */
export function withLeg<T extends CallPages>(list: T, leg: Leg): T {
  if (!list.pages.some((page) => page.calls.some(({ id }) => id === leg.callId))) return list;
  const pages = list.pages.map((page) => ({
    ...page,
    calls: page.calls.map((call) =>
      call.id === leg.callId ? { ...call, legs: withSummary(call.legs ?? [], leg) } : call,
    ),
  }));
  return { ...list, pages };
}

function withSummary(legs: readonly LegSummary[], leg: Leg): LegSummary[] {
  const { role, number, kind, transport, remoteAddress, userAgent, sipCallId } = leg;
  const summary = { role, number, kind, transport, remoteAddress, userAgent, sipCallId };
  if (!legs.some((old) => old.sipCallId === sipCallId)) return [...legs, summary];
  return legs.map((old) => (old.sipCallId === sipCallId ? summary : old));
}

/** `next` unless it is another call, or an older tale of the same one. */
function newerCall(old: Call, next: Call): Call {
  if (old.id !== next.id) return old;
  return isOver(old.status) && !isOver(next.status) ? old : next;
}

const LEG_ORDER = {
  trying: 0,
  proceeding: 1,
  early: 2,
  confirmed: 3,
  terminated: 4,
} satisfies Record<LegState, number>;

/** `next` unless `old` has come further: a leg's state never goes back (RFC 4235 3.7.1). */
function newerLeg(old: Leg | undefined, next: Leg): Leg {
  return old && LEG_ORDER[old.state] > LEG_ORDER[next.state] ? old : next;
}

export function withCallState(detail: CallDetail, call: Call): CallDetail {
  return { ...detail, ...newerCall(detail, call), ...speechOf(call, detail) };
}

type SpeechFields = Pick<Call, 'firstAudioMs' | 'speechCached'>;

/** How the speech began: of whichever knows it, since the record may be written a moment after its event was sent. */
function speechOf(newer: SpeechFields, older: SpeechFields): SpeechFields {
  return {
    firstAudioMs: newer.firstAudioMs ?? older.firstAudioMs ?? null,
    speechCached: newer.speechCached ?? older.speechCached ?? null,
  };
}

/** With what its speech has done. */
export function withSpeechEvent(detail: CallDetail, event: SpeechEvent, words: string): CallDetail {
  const { type, time, provider, cached, firstAudioMs } = event;
  const began =
    type === 'speech.first-audio'
      ? { speechProvider: provider, speechCached: cached, firstAudioMs: firstAudioMs ?? null }
      : {};
  return withEvent({ ...detail, ...began }, { time, type, legId: null, sipStatus: null, detail: words });
}

export function withLegEvent(detail: CallDetail, { type, time, leg }: LegEvent): CallDetail {
  const known = detail.legs.some(({ id }) => id === leg.id);
  const legs = known
    ? detail.legs.map((old) => (old.id === leg.id ? newerLeg(old, leg) : old))
    : [...detail.legs, leg];
  return withEvent(
    { ...detail, legs },
    { time, type, legId: leg.id, sipStatus: leg.sipStatus, detail: legWords(leg) },
  );
}

/** As the record will say it. */
function legWords({ role, number, state, sipStatus }: Leg): string {
  return `The ${role} ${number} is ${state}${sipStatus === null ? '' : ` with ${sipStatus}`}`;
}

/** With that event in its place by time, unless it is there already. */
export function withEvent(detail: CallDetail, event: CallEventRecord): CallDetail {
  if (detail.events.some((old) => sameEvent(old, event))) return detail;
  const events = [...detail.events, event].sort((a, b) => a.time.localeCompare(b.time));
  return { ...detail, events };
}

function sameEvent(a: CallEventRecord, b: CallEventRecord): boolean {
  if (a.type !== b.type || a.legId !== b.legId) return false;
  // A call and a leg enter each of their states once, whatever clock wrote it down.
  return a.time === b.time || /^(call|leg)\./.test(a.type);
}

/**
 * What the server says now, without losing what the stream told meanwhile: a record may be written a moment after
 * its event was sent.
 */
export function mergedDetail(known: CallDetail | undefined, read: CallDetail): CallDetail {
  if (!known || known.id !== read.id) return read;
  const legs = read.legs.map((leg) =>
    newerLeg(
      known.legs.find(({ id }) => id === leg.id),
      leg,
    ),
  );
  const unread = known.legs.filter(({ id }) => !read.legs.some((leg) => leg.id === id));
  const merged = {
    ...read,
    ...newerCallFields(known, read),
    ...speechOf(read, known),
    legs: [...legs, ...unread],
  };
  return known.events.reduce(withEvent, merged);
}

function newerCallFields(known: CallDetail, read: CallDetail): Partial<CallDetail> {
  if (!isOver(known.status) || isOver(read.status)) return {};
  const { status, endedAt, durationMs, end } = known;
  return { status, endedAt, durationMs, end };
}

/** With those messages in wire order, each once. What is known stays the same object, a message as well as all of them. */
export function withMessages(
  known: SipMessageRecord[],
  more: readonly SipMessageRecord[],
): SipMessageRecord[] {
  const ids = new Set(known.map(({ id }) => id));
  const added = more.filter(({ id }) => !ids.has(id) && ids.add(id));
  if (added.length === 0) return known;
  return [...known, ...added].sort((a, b) => a.timeUs - b.timeUs);
}
