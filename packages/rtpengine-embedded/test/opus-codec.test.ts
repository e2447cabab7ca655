import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { correlate, decodeMulaw, dominantFrequencyHz, levelDb, tone } from '@ringback/audio';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { OpusDecoder, OpusEncoder } from '../src/codec/opus-codec.ts';
import { readOpusParameters } from '../src/codec/opus-parameters.ts';

const speech = decodeMulaw(
  gunzipSync(readFileSync(new URL('../../audio/test/fixtures/speech.mulaw.gz', import.meta.url))),
);
const opened: { free(): void }[] = [];
afterEach(() => {
  for (const codec of opened.splice(0)) codec.free();
});
async function encoder(fmtp = '', bitrate?: number): Promise<OpusEncoder> {
  const made = await OpusEncoder.open({ receiver: readOpusParameters(fmtp), bitrate });
  opened.push(made);
  return made;
}
async function decoder(): Promise<OpusDecoder> {
  const made = await OpusDecoder.open();
  opened.push(made);
  return made;
}
function* frames(samples: Int16Array, length = 160) {
  for (let at = 0; at + length <= samples.length; at += length) yield samples.subarray(at, at + length);
}
const joined = (parts: Iterable<Int16Array>) => Int16Array.from([...parts].flatMap((part) => [...part]));
async function packets(
  samples: Int16Array,
  fmtp = '',
  bitrate?: number,
): Promise<(Uint8Array | undefined)[]> {
  const made = await encoder(fmtp, bitrate);
  return [...frames(samples)].map((frame) => made.encode(frame));
}

describe('what a receiver asks of Opus', () => {
  it('is read from its fmtp, and what is out of range is not', () => {
    expect(readOpusParameters('minptime=10;useinbandfec=1')).toMatchObject({
      inBandFec: true,
      discontinuous: false,
    });
    expect(readOpusParameters('usedtx=1; maxaveragebitrate=16000; cbr=1')).toEqual({
      inBandFec: false,
      discontinuous: true,
      constantBitrate: true,
      maxBitrate: 16_000,
    });
    expect(readOpusParameters('maxaveragebitrate=1').maxBitrate).toBeUndefined();
    expect(readOpusParameters('maxaveragebitrate=x;;=;').maxBitrate).toBeUndefined();
    expect(readOpusParameters().inBandFec).toBe(false);
  });

  it('is kept: bit rate, and silence that is not sent', async () => {
    const rate = async (fmtp: string) => {
      const sent = await packets(speech, fmtp);
      const bytes = sent.reduce((sum, packet) => sum + (packet?.length ?? 0), 0);
      return (bytes * 8) / (speech.length / 8000);
    };
    const usual = await rate('');
    expect(usual).toBeGreaterThan(15_000);
    expect(usual).toBeLessThan(26_000);
    expect(await rate('maxaveragebitrate=8000')).toBeLessThan(10_000);
    const silence = await packets(new Int16Array(16_000), 'usedtx=1');
    expect(silence.filter((packet) => packet).length).toBeLessThan(30);
    expect((await packets(new Int16Array(1600))).every((packet) => packet)).toBe(true);
  });
});

describe('Opus', () => {
  it('gives speech back', async () => {
    const to = await decoder();
    const heard = joined((await packets(speech)).map((packet) => to.decode(packet!)!));
    expect(correlate(speech, heard).score).toBeGreaterThan(0.99);
  });

  it('gives a tone back as high and as loud', async () => {
    const sent = tone({ frequencyHz: 440, durationMs: 1000 });
    const to = await decoder();
    const heard = joined((await packets(sent)).map((packet) => to.decode(packet!)!));
    expect(Math.abs(dominantFrequencyHz(heard, 8000) - 440)).toBeLessThan(0.5);
    expect(Math.abs(levelDb(heard.subarray(1600)) - levelDb(sent))).toBeLessThan(0.5);
  });

  it('is understood from another encoder: 48 kHz, stereo, packets of 60 ms', async () => {
    const to = await decoder();
    const sounds = [...oggPackets('tone-stereo-60ms.opus')].map((packet) => to.decode(packet)!);
    expect(sounds.length).toBeGreaterThan(10);
    expect(sounds.every((sound) => sound.length === 480)).toBe(true);
    expect(dominantFrequencyHz(joined(sounds), 8000)).toBeCloseTo(440, 0);
  });

  it('conceals a loss better with the copy in the next packet', async () => {
    const heardWith = async (fmtp: string) => {
      const sent = await packets(speech, fmtp);
      const to = await decoder();
      return joined(
        sent.map((packet, i) => {
          const isLost = i % 10 === 5 && i + 1 < sent.length;
          return isLost ? to.conceal(160, sent[i + 1]!) : to.decode(packet!)!;
        }),
      );
    };
    const without = correlate(speech, await heardWith('')).score;
    const withCopies = correlate(speech, await heardWith('useinbandfec=1')).score;
    expect(without).toBeGreaterThan(0.85);
    expect(withCopies).toBeGreaterThan(0.97);
  });

  it('takes garbage for lost, and goes on', async () => {
    const to = await decoder();
    const [first] = await packets(speech.subarray(0, 160));
    expect(to.decode(new Uint8Array(0))).toBeUndefined();
    expect(to.decode(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toBeUndefined();
    expect(to.conceal(160, new Uint8Array(0))).toHaveLength(160);
    expect(to.conceal(7, Uint8Array.of(0xff, 0xff))).toHaveLength(20);
    expect(to.decode(first!)).toHaveLength(160);
  });
});

describe('the library', () => {
  it('is not shaken by whatever is sent', async () => {
    const [victim, to] = [await decoder(), await decoder()];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), fc.boolean(), (bytes, isLost) => {
        const sound = isLost ? victim.conceal(960, bytes) : victim.decode(bytes);
        return sound === undefined || sound.length <= 960;
      }),
      { numRuns: 2000 },
    );
    const heard = joined((await packets(speech)).map((packet) => to.decode(packet!)!));
    expect(correlate(speech, heard).score).toBeGreaterThan(0.99);
  });
});

/** The packets of an Ogg file without its two headers (RFC 3533 6, RFC 7845 3). */
function* oggPackets(name: string): Generator<Uint8Array> {
  const file = readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
  let headers = 2;
  for (let page = 0; page < file.length; ) {
    const segments = file.subarray(page + 27, page + 27 + file[page + 26]!);
    let at = page + 27 + segments.length;
    let begin = at;
    for (const length of segments) {
      at += length;
      if (length === 255) continue;
      if (headers-- <= 0) yield file.subarray(begin, at);
      begin = at;
    }
    page = at;
  }
}
