import type { CallDetail, CallEventRecord, Leg } from '@ringback/contracts';

/** Something that happened in the sound, in seconds of the recording. */
export interface SoundMark {
  readonly kind: 'key' | 'speech';
  /** In whose channel. */
  readonly role: Leg['role'];
  readonly text: string;
  readonly fromSec: number;
  /** Null for a moment. */
  readonly toSec: number | null;
  /** When it was, in microseconds since the epoch. */
  readonly timeUs: number;
}

type Told = Pick<CallDetail, 'legs' | 'events' | 'text' | 'answeredAt'>;

/** Keys and the spoken text of a call, where they stand in its recording; what lies before it began is left out. */
export function soundMarks(call: Told, startedAt: string): SoundMark[] {
  const startMs = Date.parse(startedAt);
  const seconds = (time: string) => (Date.parse(time) - startMs) / 1000;
  const keys = call.events.flatMap((event): SoundMark[] => {
    const role = call.legs.find(({ id }) => id === event.legId)?.role;
    const fromSec = seconds(event.time);
    if (event.type !== 'dtmf.received' || !role || fromSec < 0) return [];
    return [
      { kind: 'key', role, text: event.digit ?? '?', fromSec, toSec: null, timeUs: microseconds(event) },
    ];
  });
  return [...speechOf(call, seconds), ...keys];
}

/** The voice speaks from the answer on, or from its first sound if that came later, to the end that it tells. */
function speechOf(call: Told, seconds: (time: string) => number): SoundMark[] {
  const voice = call.legs.find(({ kind }) => kind === 'voice');
  const first = call.events.find(({ type }) => type === 'speech.first-audio');
  const finished = call.events.find(({ type }) => type === 'speech.finished');
  if (!voice || !first || call.answeredAt === null || !call.text) return [];
  const began = first.time > call.answeredAt ? first.time : call.answeredAt;
  return [
    {
      kind: 'speech',
      role: voice.role,
      text: call.text,
      fromSec: Math.max(0, seconds(began)),
      toSec: finished ? seconds(finished.time) : null,
      timeUs: Date.parse(began) * 1000,
    },
  ];
}

function microseconds({ time }: CallEventRecord): number {
  return Date.parse(time) * 1000;
}
