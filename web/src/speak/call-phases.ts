import type { Call } from '@ringback/contracts';
import type { Tone } from '../format/call-words.ts';
import { length } from '../format/duration.ts';

/** A stretch of a call's time: setting up, ringing, talking. */
export interface Phase {
  name: 'set up' | 'rang' | 'talked';
  tone: Tone;
  lengthMs: number;
}

/** What a call's time was spent with until its end, or until now; what has not begun is not there. */
export function phasesOf(call: Call, nowMs: number): Phase[] {
  const endMs = call.endedAt === null ? nowMs : Date.parse(call.endedAt);
  const ringingMs = call.ringingAt === null ? null : Date.parse(call.ringingAt);
  const answeredMs = call.answeredAt === null ? null : Date.parse(call.answeredAt);
  const phases: Phase[] = [
    phase('set up', 'waiting', Date.parse(call.createdAt), ringingMs ?? answeredMs ?? endMs),
  ];
  if (ringingMs !== null) phases.push(phase('rang', 'ringing', ringingMs, answeredMs ?? endMs));
  if (answeredMs !== null) phases.push(phase('talked', 'live', answeredMs, endMs));
  return phases;
}

// Clocks of two machines may disagree by a little: no phase is shorter than nothing.
function phase(name: Phase['name'], tone: Tone, fromMs: number, toMs: number): Phase {
  return { name, tone, lengthMs: Math.max(0, toMs - fromMs) };
}

/** `set up 41 ms, rang 2.1 s, talked 12.4 s` */
export function phaseWords(phases: readonly Phase[]): string {
  return phases.map(({ name, lengthMs }) => `${name} ${length(lengthMs)}`).join(', ');
}
