import { describe, expect, it } from 'vitest';
import { Concealment, correlate, levelDb, tone } from '../src/index.ts';

const voice = (startSample: number, durationMs: number) =>
  tone({ frequencyHz: 125, durationMs, startSample, amplitude: 6000 });

describe('concealment', () => {
  it('goes on with the pitch for 10 ms at full level', () => {
    const concealment = new Concealment();
    concealment.heard(voice(0, 40));
    const made = concealment.conceal(80);
    expect(correlate(made, voice(320, 10)).score).toBeGreaterThan(0.99);
    expect([...made.slice(0, 8)]).toEqual([...voice(320, 1)]);
  });

  it('fades away within 60 ms', () => {
    const concealment = new Concealment();
    concealment.heard(voice(0, 40));
    const levels = [0, 1, 2, 3].map(() => levelDb(concealment.conceal(160)));
    expect(levels[1]).toBeLessThan(levels[0]!);
    expect(levels[2]).toBeLessThan(levels[1]!);
    expect(levels[3]).toBe(-127);
  });

  it('begins anew with the next loss, and is silent when nothing was heard', () => {
    const concealment = new Concealment();
    expect([...concealment.conceal(160)].every((sample) => sample === 0)).toBe(true);
    concealment.heard(voice(0, 40));
    concealment.conceal(480);
    concealment.heard(voice(800, 20));
    expect(levelDb(concealment.conceal(80))).toBeGreaterThan(-20);
  });
});
