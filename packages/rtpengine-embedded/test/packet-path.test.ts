import { decodeAlaw, decodeMulaw, dominantFrequencyHz, encodeMulaw, tone } from '@ringback/audio';
import { parseRtp, type RtpPacket, writeRtp } from '@ringback/rtp';
import { PCMA, PCMU, TELEPHONE_EVENT } from '@ringback/sdp';
import { describe, expect, it } from 'vitest';
import { Egress } from '../src/media/egress.ts';
import { admit, OPEN_GATES } from '../src/media/gates.ts';
import { convertLaw } from '../src/media/law-conversion.ts';
import { StreamNumbers } from '../src/media/stream-numbers.ts';

const route = { codec: PCMU, payloadType: 0, clockRate: 8000, isEvent: false };
const packet = (fields: Partial<RtpPacket>): Buffer =>
  Buffer.from(
    writeRtp({
      payloadType: 0,
      marker: false,
      sequenceNumber: 1,
      timestamp: 160,
      ssrc: 7,
      payload: new Uint8Array(160).fill(0xff),
      ...fields,
    }),
  );

describe('conversion between the laws', () => {
  it('keeps the sound, and everything but the payload', () => {
    const samples = tone({ frequencyHz: 440, durationMs: 100 });
    const bytes = packet({
      payload: encodeMulaw(samples),
      csrcs: [1, 2],
      extension: { profile: 0xbede, data: new Uint8Array(8).fill(3) },
      paddingLength: 4,
    });
    convertLaw(bytes, 'PCMU to PCMA');
    const converted = parseRtp(bytes)!;
    expect(dominantFrequencyHz(decodeAlaw(converted.payload), 8000)).toBeCloseTo(440, 0);
    expect(converted).toMatchObject({ csrcs: [1, 2], paddingLength: 4 });
    expect([...(converted.extension?.data ?? [])]).toEqual(new Array(8).fill(3));
    convertLaw(bytes, 'PCMA to PCMU');
    const loudest = decodeMulaw(parseRtp(bytes)!.payload).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    expect(loudest).toBeCloseTo(Math.max(...samples), -3);
  });
});

describe('numbers of one stream', () => {
  const START = 0x1_2345;
  /** Places packets of 20 ms and gives back what they are sent with. */
  function stream() {
    const numbers = new StreamNumbers(START);
    const seen = () => [numbers.sequenceNumber, numbers.timestamp];
    return {
      place: (ssrc: number, sequenceNumber: number, timestamp: number, nowMs: number) => {
        const begins = numbers.place(ssrc, sequenceNumber, timestamp, 8000, nowMs);
        return [...seen(), begins];
      },
      next: (advance: number, isTalkspurt: boolean, nowMs: number) => {
        numbers.next(advance, isTalkspurt, 8000, nowMs);
        return seen();
      },
      follow: (ssrc: number, sequenceNumber: number, timestamp: number, nowMs: number) =>
        numbers.follow(ssrc, sequenceNumber, timestamp, nowMs),
    };
  }

  it('are those of the first source, as long as it is the only one', () => {
    const { place } = stream();
    expect(place(7, 65_535, 0xfffffff0, 0)).toEqual([65_535, 0xfffffff0, true]);
    expect(place(7, 0, 144, 20)).toEqual([0, 144, false]);
  });

  it('go on with the next number, and by the time that passed', () => {
    const { place } = stream();
    place(7, 100, 1000, 0);
    expect(place(8, 9, 5, 500)).toEqual([101, 5000, true]);
    expect(place(8, 10, 165, 520)).toEqual([102, 5160, false]);
  });

  it('keep gaps and late packets of a source', () => {
    const { place } = stream();
    const at = (sequenceNumber: number) => place(7, sequenceNumber, sequenceNumber * 160, 0)[0];
    expect([at(1), at(5), at(3), at(6)]).toEqual([1, 5, 3, 6]);
    expect(place(8, 900, 0, 20)[0]).toBe(7);
  });

  it('of our own packets begin anywhere, and advance as they are told', () => {
    const { next } = stream();
    expect(next(160, true, 0)).toEqual([START & 0x7fff, START]);
    expect(next(160, false, 21)).toEqual([(START & 0x7fff) + 1, START + 160]);
    expect(next(0, false, 40)).toEqual([(START & 0x7fff) + 2, START + 160]);
  });

  it('of our own packets go on from the peer, across a pause by the clock, and the peer goes on from them', () => {
    const { follow, next, place } = stream();
    follow(7, 65_534, 1000, 0);
    expect(next(160, false, 20)).toEqual([65_535, 1160]);
    expect(next(160, false, 41)).toEqual([0, 1320]);
    expect(next(160, true, 1041)).toEqual([1, 9320]);
    expect(place(7, 65_535, 1160, 1061)).toEqual([2, 9480, true]);
    expect(place(7, 0, 1320, 1081)).toEqual([3, 9640, false]);
  });
});

describe('what a party is sent', () => {
  it('a phone gets the SSRC and numbers of the sender', () => {
    const bytes = packet({ marker: true, sequenceNumber: 9, ssrc: 7 });
    new Egress(99, false).rewrite(bytes, { ...route, payloadType: 96 }, 0);
    expect(parseRtp(bytes)).toMatchObject({ ssrc: 7, sequenceNumber: 9, payloadType: 96, marker: true });
  });

  it('a browser gets one SSRC, whoever sends, with a marker where the sender changes', () => {
    const egress = new Egress(99, true);
    const sent = [
      packet({ ssrc: 7 }),
      packet({ ssrc: 7, sequenceNumber: 2 }),
      packet({ ssrc: 8, sequenceNumber: 500 }),
    ];
    sent.forEach((bytes, i) => {
      egress.rewrite(bytes, route, i * 20);
    });
    const seen = sent.map((bytes) => parseRtp(bytes)!);
    expect(seen.map(({ ssrc, sequenceNumber, marker }) => [ssrc, sequenceNumber, marker])).toEqual([
      [99, 1, true],
      [99, 2, false],
      [99, 3, true],
    ]);
  });

  it('reports what it sent, in the media time of now, and only hears when it sends nothing more', () => {
    const egress = new Egress(99, true);
    expect(egress.report([], 0, 0)).toMatchObject({ kind: 'receiver-report', ssrc: 99 });
    egress.rewrite(packet({ timestamp: 1600 }), route, 1000);
    egress.rewrite(packet({ timestamp: 1760, sequenceNumber: 2 }), route, 1020);
    expect(egress.report([], 1120, 1_700_000_000_000)).toMatchObject({
      kind: 'sender-report',
      ssrc: 99,
      packetCount: 2,
      octetCount: 320,
      rtpTimestamp: 1760 + 800,
    });
    expect(egress.report([], 2120, 1_700_000_001_000)).toMatchObject({ kind: 'receiver-report', ssrc: 99 });
  });

  it('is told one SSRC and one row of numbers once we spoke ourselves', () => {
    const egress = new Egress(99, false);
    const relayed = [packet({ ssrc: 7, sequenceNumber: 9, timestamp: 1440 })];
    egress.rewrite(relayed[0]!, route, 0);
    const frame = { payload: new Uint8Array(160), payloadType: 8, clockRate: 8000, advance: 160 };
    const ours = [
      egress.inject({ ...frame, marker: true }, 20),
      egress.inject({ ...frame, marker: false }, 40),
    ];
    relayed.push(packet({ ssrc: 7, sequenceNumber: 10, timestamp: 1600 }));
    egress.rewrite(relayed[1]!, route, 60);
    const seen = [relayed[0]!, ...ours, relayed[1]!].map((bytes) => parseRtp(bytes)!);
    expect(seen.map((p) => [p.ssrc, p.sequenceNumber, p.timestamp, p.payloadType, p.marker])).toEqual([
      [7, 9, 1440, 0, false],
      [7, 10, 1600, 8, true],
      [7, 11, 1760, 8, false],
      [7, 12, 1920, 0, true],
    ]);
    expect(egress.report([], 60, 0)).toMatchObject({ ssrc: 7, packetCount: 4, octetCount: 640 });
  });
});

describe('gates', () => {
  const sound = () => packet({ payload: new Uint8Array(160).fill(0x12), csrcs: [5], paddingLength: 4 });
  const event = { ...route, codec: TELEPHONE_EVENT, isEvent: true };

  it('let everything pass while they are open', () => {
    expect(admit(OPEN_GATES, sound(), route)).toEqual(sound());
  });

  it('hold back sound alone, or events alone', () => {
    expect(admit({ ...OPEN_GATES, blocked: true }, sound(), route)).toBeUndefined();
    expect(admit({ ...OPEN_GATES, blocked: true }, sound(), event)).toEqual(sound());
    expect(admit({ ...OPEN_GATES, dtmfBlocked: true }, sound(), event)).toBeUndefined();
    expect(admit({ ...OPEN_GATES, dtmfBlocked: true }, sound(), route)).toEqual(sound());
  });

  it.each([
    [PCMU, 0xff],
    [PCMA, 0xd5],
  ])('make silence of G.711: %j', (codec, byte) => {
    const silent = parseRtp(admit({ ...OPEN_GATES, silenced: true }, sound(), { ...route, codec })!)!;
    expect(new Set(silent.payload)).toEqual(new Set([byte]));
    expect(silent).toMatchObject({ sequenceNumber: 1, timestamp: 160, csrcs: [5], paddingLength: 4 });
  });

  it('make silence of Opus, and nothing of a codec whose silence is not known', () => {
    const as = (name: string) => ({ ...route, codec: { ...PCMU, name, clockRate: 48_000 } });
    const silent = parseRtp(admit({ ...OPEN_GATES, silenced: true }, sound(), as('opus'))!)!;
    expect([...silent.payload]).toEqual([0xf8, 0xff, 0xfe]);
    expect(admit({ ...OPEN_GATES, silenced: true }, sound(), as('speex'))).toBeUndefined();
    expect(admit({ ...OPEN_GATES, silenced: true }, sound(), event)).toEqual(sound());
  });
});
