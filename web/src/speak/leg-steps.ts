import type { CallDetail, CallEventRecord, Leg } from '@ringback/contracts';
import type { Tone } from '../format/call-words.ts';

/** One state of a leg's dialog, with the moment it was entered. */
export interface LegStep {
  state: string;
  /** SIP status that brought it, when one did. */
  sipStatus: number | null;
  time: string;
  tone: Tone;
}

/** States of that leg, oldest first, as its events tell them. */
export function stepsOf(leg: Leg, events: readonly CallEventRecord[]): LegStep[] {
  return events
    .filter(({ legId, type }) => legId === leg.id && type.startsWith('leg.'))
    .map((event) => stepOf(event, leg));
}

function stepOf({ type, time, sipStatus }: CallEventRecord, leg: Leg): LegStep {
  const state = type.slice('leg.'.length);
  return { state, sipStatus: worthShowing(state, sipStatus, leg), time, tone: toneOf(state, leg) };
}

/** A status says something about the state it brought; of a BYE after a 200 there is nothing to say. */
function worthShowing(state: string, sipStatus: number | null, leg: Leg): number | null {
  if (state === 'trying') return null;
  return state === 'terminated' && leg.answeredAt !== null ? null : sipStatus;
}

function toneOf(state: string, leg: Leg): Tone {
  if (state === 'early' || state === 'proceeding') return 'ringing';
  if (state === 'confirmed') return 'live';
  if (state === 'terminated')
    return leg.answeredAt === null && (leg.sipStatus ?? 0) >= 400 ? 'failed' : 'ended';
  return 'waiting';
}

export interface LogLine {
  key: string;
  time: string;
  who: string;
  what: string;
  tone: Tone;
}

/** Every state of every leg of these calls, and what their speech did, newest first. */
export function logOf(details: readonly CallDetail[], nameOf: (leg: Leg) => string): LogLine[] {
  const lines = details.flatMap((detail) => detail.events.flatMap((event) => lineOf(detail, event, nameOf)));
  return lines.sort((a, b) => b.time.localeCompare(a.time));
}

function lineOf(detail: CallDetail, event: CallEventRecord, nameOf: (leg: Leg) => string): LogLine[] {
  const { type, time, legId } = event;
  const key = `${detail.id} ${legId} ${type} ${time}`;
  if (type.startsWith('speech.')) {
    const tone = type === 'speech.failed' ? 'failed' : 'waiting';
    const words = `speech ${type.slice('speech.'.length).replace('-', ' ')}`;
    return [{ key, time, who: 'voice', what: event.detail ? `${words} · ${event.detail}` : words, tone }];
  }
  const leg = detail.legs.find(({ id }) => id === legId);
  if (!leg || !type.startsWith('leg.')) return [];
  const { state, sipStatus, tone } = stepOf(event, leg);
  return [{ key, time, who: nameOf(leg), what: sipStatus ? `${state} (${sipStatus})` : state, tone }];
}
