import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureWriter, MAX_PAYLOAD, PcapError, pcap, pcapng, readPcap, udpFrame } from '../src/index.ts';

const ALICE = { address: Uint8Array.of(127, 0, 0, 1), port: 5060 };
const BOB = { address: Uint8Array.of(127, 0, 0, 2), port: 7443 };
const TIME_MS = 1_700_000_000_123.5;

const bytes = (text: string) => new TextEncoder().encode(text);

function capture(writer: CaptureWriter, payloads: readonly Uint8Array[]): Uint8Array {
  const records = payloads.map((payload, i) =>
    writer.record({ from: ALICE, to: BOB, payload, timeMs: TIME_MS + i }),
  );
  return Buffer.concat([writer.header, ...records.filter((record) => record !== undefined)]);
}

/** The payload of an IPv4 frame of ours. */
const payloadOf = (frame: Uint8Array) => frame.subarray(42);

describe('a capture', () => {
  it.each(['microseconds', 'nanoseconds'] as const)(
    'in %s gives its packets and times back',
    (resolution) => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (payloads) => {
          const frames = [...readPcap(capture(new CaptureWriter(pcap(resolution)), payloads))];
          expect(frames.map(({ frame }) => [...payloadOf(frame)])).toEqual(payloads.map((p) => [...p]));
          expect(frames.map(({ timeMs }) => timeMs)).toEqual(payloads.map((_, i) => TIME_MS + i));
        }),
      );
    },
  );

  it('never has a time of a whole second in its fraction', () => {
    const record = pcap('microseconds').record(new Uint8Array(0), 1999.9999999);
    expect(new DataView(record.buffer).getUint32(4, true)).toBe(999_999);
  });

  it('is read up to where it was cut, and in the other byte order', () => {
    const whole = capture(new CaptureWriter(pcap('microseconds')), [bytes('one'), bytes('two')]);
    for (let length = 24; length < whole.length; length++) {
      expect([...readPcap(whole.subarray(0, length))].length).toBeLessThan(2);
    }
    const swapped = Uint8Array.from(whole);
    for (let at = 0; at < 24 + 16; at += 4) {
      if (at !== 4) swapped.subarray(at, at + 4).reverse();
    }
    const [first] = readPcap(swapped);
    expect(first?.timeMs).toBe(TIME_MS);
    expect(new TextDecoder().decode(payloadOf(first!.frame))).toBe('one');
  });

  it('stops at its limit and counts what it left out', () => {
    const writer = new CaptureWriter(pcap('microseconds'), 24 + 2 * (16 + 42 + 3));
    const file = capture(writer, [bytes('one'), bytes('two'), bytes('six')]);
    expect(file.length).toBe(24 + 2 * (16 + 42 + 3));
    expect(writer.dropped).toBe(1);
  });

  it('has pcapng blocks that say their length at both ends, in whole words', () => {
    const file = capture(new CaptureWriter(pcapng('nanoseconds', 'call 1')), [bytes('1'), bytes('12345')]);
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    let blocks = 0;
    for (let at = 0; at < file.length; blocks++) {
      const length = view.getUint32(at + 4, true);
      expect(length % 4).toBe(0);
      expect(view.getUint32(at + length - 4, true)).toBe(length);
      at += length;
    }
    expect(blocks).toBe(4);
  });

  it('refuses what is no capture, whatever it is', () => {
    expect(() => [...readPcap(bytes('not a capture, just some text'))]).toThrow(PcapError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        const file = Buffer.concat([pcap('microseconds').header, tail]);
        for (const { frame } of readPcap(file)) expect(frame.length).toBeLessThanOrEqual(tail.length);
      }),
    );
  });
});

describe('a frame', () => {
  it('refuses a payload that does not fit, and addresses of two families', () => {
    expect(udpFrame(ALICE, BOB, new Uint8Array(MAX_PAYLOAD)).length).toBe(42 + MAX_PAYLOAD);
    expect(() => udpFrame(ALICE, BOB, new Uint8Array(MAX_PAYLOAD + 1))).toThrow(/at most 65507 bytes/);
    expect(() => udpFrame(ALICE, { address: new Uint8Array(16), port: 1 }, bytes('x'))).toThrow(/both/);
  });
});
