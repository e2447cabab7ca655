import type { CallDetail, CallEventRecord, QualityPoint, SipMessageRecord } from '@ringback/contracts';
import { hasSdp, parseSip } from '../sip/sip-text.ts';
import { folded } from './folding.ts';
import { type Dialog, type Lanes, lanesOf } from './lifelines.ts';
import { type MediaSpan, mediaSpans } from './media-spans.ts';

export type MessageLook = 'request' | 'provisional' | 'final' | 'failure';

export interface MessageRow {
  kind: 'message';
  id: string;
  timeUs: number;
  message: SipMessageRecord;
  from: number;
  to: number;
  color: number;
  look: MessageLook;
  /** `INVITE`, `180 Ringing` */
  label: string;
  sdp: boolean;
  /** How often it was sent; 1 for a repeat that is shown by itself. */
  times: number;
  /** A retransmission, shown since its first one is unfolded. */
  repeat: boolean;
  unfolded: boolean;
}

export interface EventRow {
  kind: 'event';
  id: string;
  timeUs: number;
  lane: number;
  event: CallEventRecord;
  /** What to show of it. */
  text: string;
}

export interface MediaRow {
  kind: 'media';
  id: string;
  timeUs: number;
  spans: MediaSpan[];
}

export type LadderRow = MessageRow | EventRow | MediaRow;

export interface Ladder {
  lanes: Lanes;
  rows: LadderRow[];
  spans: MediaSpan[];
}

/** All of a call on one time axis. `unfolded`: ids of messages whose retransmissions are shown. */
export function ladderOf(
  call: CallDetail,
  messages: readonly SipMessageRecord[],
  unfolded: ReadonlySet<string>,
  points: readonly QualityPoint[],
): Ladder {
  const lanes = lanesOf(call.legs, messages);
  const spans = mediaSpans(lanes, messages, points);
  const rows = [...messageRows(lanes, messages, unfolded), ...eventRows(call, lanes), ...mediaRows(spans)];
  return { lanes, spans, rows: rows.sort((a, b) => a.timeUs - b.timeUs) };
}

function messageRows(
  { dialogs, middle }: Lanes,
  messages: readonly SipMessageRecord[],
  unfolded: ReadonlySet<string>,
): MessageRow[] {
  return folded(messages).flatMap(({ first, repeats }) => {
    const dialog = dialogs.get(first.sipCallId);
    if (!dialog) return [];
    const open = unfolded.has(first.id);
    const times = repeats.length + 1;
    const row = asBefore({ ...messageRow(first, dialog, middle), times, unfolded: open });
    if (!open) return [row];
    const again = repeats.map((message) =>
      asBefore({ ...messageRow(message, dialog, middle), repeat: true }),
    );
    return [row, ...again];
  });
}

const rowsBefore = new WeakMap<SipMessageRecord, MessageRow>();

/** The same row as in the ladder before, if nothing about it has changed: then it need not be drawn again. */
function asBefore(row: MessageRow): MessageRow {
  const before = rowsBefore.get(row.message);
  const names = Object.keys(row) as (keyof MessageRow)[];
  if (before && names.every((name) => before[name] === row[name])) return before;
  rowsBefore.set(row.message, row);
  return row;
}

function messageRow(message: SipMessageRecord, { lane, color }: Dialog, middle: number): MessageRow {
  const { id, timeUs, direction, status, method, summary } = message;
  return {
    ...{
      kind: 'message',
      id,
      timeUs,
      message,
      color,
      look: lookOf(status),
      times: 1,
      repeat: false,
      unfolded: false,
    },
    from: direction === 'in' ? lane : middle,
    to: direction === 'in' ? middle : lane,
    label: status === null ? method : summary,
    sdp: carriesSdp(message),
  };
}

const sdpKnown = new WeakMap<SipMessageRecord, boolean>();

/** A message never changes; a ladder is made again with every one that comes. */
function carriesSdp(message: SipMessageRecord): boolean {
  const known = sdpKnown.get(message) ?? hasSdp(parseSip(message.raw));
  sdpKnown.set(message, known);
  return known;
}

function lookOf(status: number | null): MessageLook {
  if (status === null) return 'request';
  if (status < 200) return 'provisional';
  // A challenge is part of every authenticated request, no failure (RFC 3261 22).
  return status < 400 || status === 401 || status === 407 ? 'final' : 'failure';
}

function eventRows(call: CallDetail, lanes: Lanes): EventRow[] {
  return call.events.flatMap((event) => {
    const text = eventText(call, event);
    if (text === null) return [];
    const timeUs = Date.parse(event.time) * 1000;
    return [
      {
        kind: 'event',
        id: `${event.time} ${event.type} ${event.legId}`,
        timeUs,
        lane: eventLane(lanes, event),
        event,
        text,
      },
    ];
  });
}

/** States of calls and legs are seen in the messages that bring them. */
function eventText({ text, to }: CallDetail, { type, detail }: CallEventRecord): string | null {
  if (type === 'call.queued' && text !== null) return `POST /api/calls: speak to ${to.number}`;
  return /^(?:call|leg)\./.test(type) ? null : detail || type;
}

function eventLane({ dialogs, middle }: Lanes, { type, legId }: CallEventRecord): number {
  const all = [...dialogs.values()];
  const about =
    legId === null && type.startsWith('speech.') ? all.find(({ leg }) => leg?.kind === 'voice') : undefined;
  return (about ?? all.find(({ leg }) => leg !== null && leg.id === legId))?.lane ?? middle;
}

/** One row for all bands, when the last of them begins. */
function mediaRows(spans: MediaSpan[]): MediaRow[] {
  if (spans.length === 0) return [];
  return [{ kind: 'media', id: 'media', timeUs: Math.max(...spans.map(({ startUs }) => startUs)), spans }];
}
