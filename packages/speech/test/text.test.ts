import { describe, expect, it } from 'vitest';
import { toSpeakableAscii, utterances } from '../src/builtin/english.ts';
import { refusalOf } from '../src/elevenlabs/refusal.ts';
import { StreamSlots } from '../src/elevenlabs/stream-slots.ts';
import { jobId, normaliseText } from '../src/text.ts';

const never = new AbortController().signal;
const job = {
  provider: 'elevenlabs',
  voiceId: 'v',
  modelId: 'm',
  settings: { speed: 1, stability: 0.5 },
  seed: null,
  outputFormat: 'mp3_44100_128',
  text: 'Hello.',
} as const;

describe('the text', () => {
  it('is the same however it was typed', () => {
    expect(normaliseText('  Cafe\u0301\u00a0 is\n\topen ')).toBe('Café is open');
  });

  it('has a key that every property changes, and their order does not', () => {
    const others = [
      { ...job, provider: 'builtin' as const },
      { ...job, voiceId: 'w' },
      { ...job, modelId: 'n' },
      { ...job, settings: { speed: 1, stability: 0.6 } },
      { ...job, settings: {} },
      { ...job, seed: 1 },
      { ...job, outputFormat: 'pcm_8000' },
      { ...job, text: 'hello.' },
    ];
    expect(new Set([job, ...others].map(jobId)).size).toBe(9);
    expect(jobId({ ...job, settings: { stability: 0.5, speed: 1 } })).toBe(jobId(job));
  });
});

describe('what an English voice says', () => {
  it('is ASCII, with the sense kept where there is a word for it', () => {
    expect(toSpeakableAscii('“Naïve” café – it’s €12.50…')).toBe('"Naive" cafe , it\'s 12.50 euros...');
    expect(toSpeakableAscii('你好 👋')).toBe('');
  });

  it('is cut after sentences, not after abbreviations', () => {
    expect(
      utterances('Your appointment with Dr. Smith is at 3 p.m. on Monday. Please be there on time. Bye.'),
    ).toEqual(['Your appointment with Dr. Smith is at 3 p.m. on Monday.', 'Please be there on time. Bye.']);
  });

  it('loses no word of any text, and no piece is long', () => {
    const long = 'word '.repeat(900).trim();
    for (const text of [long, 'x'.repeat(1000), 'A. B! C? D. Yes.', `${long}. ${long}! No`]) {
      const pieces = utterances(text);
      expect(pieces.join(' ').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(301);
    }
  });
});

describe('a refusal of ElevenLabs', () => {
  it('is understood in each of its shapes', () => {
    expect(refusalOf(401, { detail: { status: 'quota_exceeded', message: 'none  left' } })).toEqual({
      httpStatus: 401,
      status: 'quota_exceeded',
      message: 'none left',
    });
    expect(
      refusalOf(422, { detail: [{ loc: ['body', 'text'], msg: 'missing' }, { msg: 'odd' }] }).message,
    ).toBe('body.text: missing; odd');
    expect(refusalOf(500, { detail: 'broken' }).message).toBe('broken');
    expect(refusalOf(502, '<html>Bad\n\nGateway</html>').message).toBe('<html>Bad Gateway</html>');
    for (const odd of [undefined, null, 7, [], {}, { detail: null }, { detail: [null, 3] }])
      expect(refusalOf(500, odd)).toEqual({ httpStatus: 500, status: undefined, message: undefined });
  });
});

describe('the line for streams', () => {
  it('lets in as many as the plan allows, in the order they came', async () => {
    const slots = new StreamSlots();
    const order: number[] = [];
    const gates = [1, 2, 3, 4].map((n) =>
      slots.acquire(never).then((release) => {
        order.push(n);
        return release;
      }),
    );
    const first = await gates[0]!;
    await gates[1];
    expect([order, slots.active, slots.waiting]).toEqual([[1, 2], 2, 2]);
    first();
    first();
    await gates[2];
    expect([order, slots.active, slots.waiting]).toEqual([[1, 2, 3], 2, 1]);
  });

  it('gives up places that other programs of the account use', async () => {
    const slots = new StreamSlots();
    const release = await slots.acquire(never);
    slots.observe(4, 5);
    await slots.acquire(never);
    expect(slots.active).toBe(2);
    const third = slots.acquire(never);
    expect(slots.waiting).toBe(1);
    release();
    await third;
    expect(slots.active).toBe(2);
  });
});
