import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader } from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);

describe('frame reader', () => {
  it('reads the same frames wherever the stream is cut', () => {
    const stream = bytes('9#a|ping|Ü17#b|route|invite|é');
    for (let cut = 0; cut <= stream.length; cut++) {
      const reader = new FrameReader();
      const first = reader.push(stream.subarray(0, cut)).frames;
      const second = reader.push(stream.subarray(cut)).frames;
      expect([...first, ...second].map(text)).toEqual(['a|ping|Ü', 'b|route|invite|é']);
    }
  });

  it('reads glued frames byte by byte', () => {
    const payloads = ['1|ping', '2|sip||\r\nBYE sip:a SIP/2.0\r\n\r\n', '3|☎️|𝒳'];
    const stream = payloads.flatMap((payload) => [...encodeFrame(payload)]);
    const reader = new FrameReader();
    const seen = stream.flatMap((byte) => reader.push(Uint8Array.of(byte)).frames);
    expect(seen.map(text)).toEqual(payloads);
  });

  it('counts bytes, not characters', () => {
    expect(text(encodeFrame('ü'))).toBe('2#ü');
    expect(new FrameReader().push(encodeFrame('☎|ping')).frames.map(text)).toEqual(['☎|ping']);
  });

  it('takes frames larger than the ring of the reference server', () => {
    const payload = `1|${'x'.repeat(60_000)}`;
    expect(new FrameReader().push(encodeFrame(payload)).frames.map(text)).toEqual([payload]);
  });

  it.each([
    ['x#a|ping', 'not-a-length'],
    ['#a|ping', 'not-a-length'],
    ['12a#', 'not-a-length'],
    ['0#', 'empty-frame'],
    ['999999999#', 'frame-too-large'],
    ['000000000001#', 'frame-too-large'],
  ])('refuses %j as %s', (stream, code) => {
    expect(new FrameReader().push(bytes(stream)).error?.code).toBe(code);
  });

  it('gives what was good before the garbage, and nothing after it', () => {
    const reader = new FrameReader();
    const batch = reader.push(bytes('6#1|ping?6#2|ping'));
    expect(batch.frames.map(text)).toEqual(['1|ping']);
    expect(batch.error?.code).toBe('not-a-length');
    expect(reader.push(bytes('6#3|ping')).frames).toEqual([]);
  });

  it('holds its own limit', () => {
    const reader = new FrameReader({ maxFrameBytes: 10 });
    expect(reader.push(bytes('11#')).error?.code).toBe('frame-too-large');
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (chunks) => {
        const reader = new FrameReader({ maxFrameBytes: 1000 });
        for (const chunk of chunks) reader.push(chunk);
      }),
    );
  });
});
