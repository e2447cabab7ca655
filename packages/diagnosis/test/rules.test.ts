import { describe, expect, it } from 'vitest';
import { RULE_NAMES } from '../src/index.ts';
import { dialled } from './stories/dialled.ts';
import { ends } from './stories/ends.ts';
import { network } from './stories/network.ts';
import { phones } from './stories/phones.ts';
import { sound } from './stories/sound.ts';
import { why } from './story.ts';

const STORIES = [...network, ...dialled, ...phones, ...sound, ...ends];

describe('a rule', () => {
  it.each(STORIES)('finds %s (%#)', (rule, story, sentence, reference, proof) => {
    const found = why(story);
    expect([found.rule, found.reference]).toEqual([rule, reference]);
    expect(found.sentence).toMatch(sentence);
    expect(found.because.length).toBeGreaterThan(0);
    expect(found.because.flatMap(({ messageIds }) => messageIds)).toEqual(proof);
    const wentWell = rule === 'ordinary' || rule === 'canceled';
    expect(found.remedy === null).toBe(wentWell);
  });

  it('is tested, each of them', () => {
    expect([...new Set(STORIES.map(([rule]) => rule))].sort()).toEqual([...RULE_NAMES].sort());
  });

  it('writes whole sentences', () => {
    for (const [, story] of STORIES) {
      const { sentence, remedy, because } = why(story);
      for (const text of [sentence, remedy ?? '', ...because.map((fact) => fact.text)]) {
        expect(text).not.toMatch(/undefined|null|NaN|\.\.$/);
        expect(text === '' || /^[A-Z0-9]/.test(text), text).toBe(true);
      }
    }
  });
});
