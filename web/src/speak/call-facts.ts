import type { Call, Leg } from '@ringback/contracts';
import { providerWord } from '../format/call-words.ts';
import { length } from '../format/duration.ts';

/** `talked 12.4 s`, `built-in`, `first sound after 143 ms`, `MOS 4.4`: what is known of a call so far. */
export function callFacts(call: Call, legs: readonly Leg[] = []): string[] {
  const facts: string[] = [];
  if (call.durationMs !== null) facts.push(length(call.durationMs));
  if (call.speechProvider) facts.push(providerWord(call.speechProvider));
  if (call.speechCached) facts.push('cached');
  if (typeof call.firstAudioMs === 'number') facts.push(firstAudioWords(call.firstAudioMs));
  const mos = legs.flatMap(({ media }) => media?.mos ?? []);
  if (mos.length > 0) facts.push(`MOS ${Math.min(...mos).toFixed(1)}`);
  return facts;
}

export function firstAudioWords(firstAudioMs: number): string {
  return `first sound after ${length(firstAudioMs)}`;
}
