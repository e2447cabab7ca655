import { decodeAlaw, decodeMulaw, dominantFrequencyHz, encodeMulaw, tone } from '@ringback/audio';
import { parseRtp, type RtpPacket, writeRtp } from '@ringback/rtp';
import { describe, expect, it } from 'vitest';
import { Egress } from '../src/media/egress.ts';
import { convertLaw } from '../src/media/law-conversion.ts';
import { SourceSplice } from '../src/media/source-splice.ts';

const route = { payloadType: 0, clockRate: 8000, isEvent: false };
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

describe('splicing sources', () => {
  it('leaves the first source as it is', () => {
    const splice = new SourceSplice();
    const first = { sequenceNumber: 65_535, timestamp: 0xfffffff0, ssrc: 7, clockRate: 8000 };
    expect(splice.place(first, 0)).toEqual({ sequenceNumber: 65_535, timestamp: 0xfffffff0, begins: true });
    const second = { ...first, sequenceNumber: 0, timestamp: 144 };
    expect(splice.place(second, 20)).toEqual({ sequenceNumber: 0, timestamp: 144, begins: false });
  });

  it('goes on with the next number, and by the time that passed', () => {
    const splice = new SourceSplice();
    splice.place({ sequenceNumber: 100, timestamp: 1000, ssrc: 7, clockRate: 8000 }, 0);
    const next = splice.place({ sequenceNumber: 9, timestamp: 5, ssrc: 8, clockRate: 8000 }, 500);
    expect(next).toEqual({ sequenceNumber: 101, timestamp: 5000, begins: true });
    const after = splice.place({ sequenceNumber: 10, timestamp: 165, ssrc: 8, clockRate: 8000 }, 520);
    expect(after).toEqual({ sequenceNumber: 102, timestamp: 5160, begins: false });
  });

  it('keeps gaps and late packets of a source', () => {
    const splice = new SourceSplice();
    const at = (sequenceNumber: number) =>
      splice.place({ sequenceNumber, timestamp: sequenceNumber * 160, ssrc: 7, clockRate: 8000 }, 0)
        .sequenceNumber;
    expect([at(1), at(5), at(3), at(6)]).toEqual([1, 5, 3, 6]);
    const other = splice.place({ sequenceNumber: 900, timestamp: 0, ssrc: 8, clockRate: 8000 }, 20);
    expect(other.sequenceNumber).toBe(7);
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
});
