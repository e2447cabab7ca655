import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  correlate,
  DtmfDetector,
  decodeAlaw,
  decodeMulaw,
  dtmfTone,
  encodeMulaw,
  levelDb,
  tone,
} from '@ringback/audio';
import { parseRtp, parseTelephoneEvent, type RtpPacket, telephoneEventFrames, writeRtp } from '@ringback/rtp';
import { type Codec, OPUS, PCMA, PCMU, TELEPHONE_EVENT } from '@ringback/sdp';
import { afterEach, describe, expect, it } from 'vitest';
import { OpusDecoder, OpusEncoder } from '../src/codec/opus-codec.ts';
import { readOpusParameters } from '../src/codec/opus-parameters.ts';
import { openTranscoder } from '../src/codec/transcoder.ts';
import { type Encoding, planForwarding } from '../src/negotiation/payload-routes.ts';

const EVENT_48: Codec = { ...TELEPHONE_EVENT, payloadType: 110, clockRate: 48_000 };
const SEED = 0xdead_beef;
const speech = decodeMulaw(
  gunzipSync(readFileSync(new URL('../../audio/test/fixtures/speech.mulaw.gz', import.meta.url))),
).subarray(0, 24_000);

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

type Sent = Partial<RtpPacket> & { payload: Uint8Array; sequenceNumber: number; timestamp: number };

/** One direction, from who lists the one to who lists the other; packets are 20 ms apart unless told otherwise. */
async function direction(from: readonly Codec[], to: readonly Codec[], encoding: Encoding = {}) {
  const plan = planForwarding({ shown: from, listed: from }, { shown: to, listed: to }, encoding);
  const out: RtpPacket[] = [];
  const transcoder = await openTranscoder(plan.transcoding!, SEED, (bytes) => out.push(parseRtp(bytes)!));
  open.push(transcoder);
  let nowMs = 1000;
  return {
    out,
    send: (packet: Sent) => {
      const bytes = Buffer.from(
        writeRtp({ payloadType: from[0]!.payloadType, marker: false, ssrc: 77, ...packet }),
      );
      transcoder.receive(bytes, plan.routes.get(packet.payloadType ?? from[0]!.payloadType)!, nowMs);
      nowMs += 20;
    },
    later: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** Sound as packets of mu-law. */
function mulaw(samples: Int16Array, packetSamples = 160): Sent[] {
  return Array.from({ length: Math.floor(samples.length / packetSamples) }, (_, i) => ({
    sequenceNumber: 1000 + i,
    timestamp: 5000 + i * packetSamples,
    payload: encodeMulaw(samples.subarray(i * packetSamples, (i + 1) * packetSamples)),
  }));
}

async function opus(samples: Int16Array, packetSamples = 160): Promise<Sent[]> {
  const encoder = await OpusEncoder.open({ receiver: readOpusParameters('useinbandfec=1') });
  const sent = mulaw(samples, packetSamples).map(({ sequenceNumber }, i) => ({
    sequenceNumber,
    timestamp: 90_000 + i * packetSamples * 6,
    payload: encoder.encode(samples.subarray(i * packetSamples, (i + 1) * packetSamples))!,
  }));
  encoder.free();
  return sent;
}

async function heardAsOpus(packets: readonly RtpPacket[]): Promise<Int16Array> {
  const decoder = await OpusDecoder.open();
  open.push({ close: () => decoder.free() });
  return Int16Array.from(packets.flatMap(({ payload }) => [...decoder.decode(payload)!]));
}
const heardAs = (decode: (payload: Uint8Array) => Int16Array, packets: readonly RtpPacket[]) =>
  Int16Array.from(packets.flatMap(({ payload }) => [...decode(payload)]));

/** Numbers beside those of the first packet. */
function numbers(packets: readonly RtpPacket[]): [sequence: number, timestamp: number][] {
  const [first] = packets;
  return packets.map(({ sequenceNumber, timestamp }) => [
    (sequenceNumber - first!.sequenceNumber) & 0xffff,
    (timestamp - first!.timestamp) >>> 0,
  ]);
}

describe('a phone heard by an Opus browser', () => {
  it('has its speech, in packets of 20 ms on the clock of 48 kHz', async () => {
    const { out, send } = await direction([PCMU], [OPUS]);
    mulaw(speech).forEach(send);
    expect(correlate(speech, await heardAsOpus(out)).score).toBeGreaterThan(0.99);
    expect(numbers(out).slice(0, 3)).toEqual([
      [0, 0],
      [1, 960],
      [2, 1920],
    ]);
    expect(out.map(({ marker }) => marker).slice(0, 3)).toEqual([true, false, false]);
    expect(out.every(({ payloadType, ssrc }) => payloadType === 111 && ssrc === SEED)).toBe(true);
  });

  it.each([10, 30, 40, 60])('may send packets of %i ms', async (ms) => {
    const { out, send } = await direction([PCMU], [OPUS]);
    mulaw(speech, ms * 8).forEach(send);
    expect(correlate(speech, await heardAsOpus(out)).score).toBeGreaterThan(0.99);
    expect(numbers(out).every(([sequence, timestamp]) => timestamp === sequence * 960)).toBe(true);
  });

  it('may be wanted in packets of 60 ms', async () => {
    const { out, send } = await direction([PCMU], [{ ...OPUS, ptimeMs: 60 }]);
    mulaw(speech).forEach(send);
    expect(correlate(speech, await heardAsOpus(out)).score).toBeGreaterThan(0.99);
    expect(numbers(out).slice(0, 3)).toEqual([
      [0, 0],
      [1, 2880],
      [2, 5760],
    ]);
  });

  it('loses a packet and nobody counts it: the hole is filled', async () => {
    const { out, send } = await direction([PCMU], [OPUS]);
    mulaw(speech)
      .filter((_, i) => i % 20 !== 7)
      .forEach(send);
    expect(numbers(out).every(([sequence, timestamp]) => timestamp === sequence * 960)).toBe(true);
    expect(correlate(speech, await heardAsOpus(out)).score).toBeGreaterThan(0.93);
  });

  it('is silent for a second: time goes on, and a talkspurt begins', async () => {
    const { out, send, later } = await direction([PCMU], [OPUS]);
    const packets = mulaw(speech).slice(0, 20);
    packets.slice(0, 10).forEach(send);
    later(1000);
    for (const packet of packets.slice(10)) send({ ...packet, timestamp: packet.timestamp + 8000 });
    expect(numbers(out)[10]).toEqual([10, 10 * 960 + 48_000]);
    expect(out.map(({ marker }) => marker).indexOf(true, 1)).toBe(10);
  });

  it('begins anew with another SSRC: numbers go on, and time by what has passed', async () => {
    const { out, send, later } = await direction([PCMU], [OPUS]);
    const packets = mulaw(speech).slice(0, 20);
    packets.slice(0, 10).forEach(send);
    later(100);
    for (const packet of packets.slice(10)) {
      send({
        ...packet,
        ssrc: 78,
        sequenceNumber: packet.sequenceNumber + 30_000,
        timestamp: packet.timestamp + 1e9,
      });
    }
    expect(numbers(out).map(([sequence]) => sequence)).toEqual(out.map((_, i) => i));
    expect(numbers(out)[10]?.[1]).toBe(10 * 960 + 4800);
    expect(out.map(({ ssrc }) => ssrc).every((ssrc) => ssrc === SEED)).toBe(true);
  });
});

describe('an Opus browser heard by a phone', () => {
  it('has its speech, in packets of the phone', async () => {
    const { out, send } = await direction([OPUS], [{ ...PCMA, ptimeMs: 30 }]);
    (await opus(speech)).forEach(send);
    expect(out.every(({ payload, payloadType }) => payload.length === 240 && payloadType === 8)).toBe(true);
    expect(numbers(out)[2]).toEqual([2, 480]);
    expect(correlate(speech, heardAs(decodeAlaw, out)).score).toBeGreaterThan(0.98);
  });

  it('loses a tenth of its packets, and is heard by their copies', async () => {
    const { out, send } = await direction([OPUS], [PCMU]);
    (await opus(speech)).filter((_, i) => i % 10 !== 4).forEach(send);
    expect(numbers(out).every(([sequence, timestamp]) => timestamp === sequence * 160)).toBe(true);
    expect(correlate(speech, heardAs(decodeMulaw, out)).score).toBeGreaterThan(0.97);
  });

  it('has packets that change places, and come twice: nothing is heard of it', async () => {
    const sent = await opus(speech);
    const straight = await direction([OPUS], [PCMU]);
    sent.forEach(straight.send);
    const crooked = await direction([OPUS], [PCMU]);
    for (let i = 0; i + 1 < sent.length; i += 2) [sent[i + 1]!, sent[i]!, sent[i]!].forEach(crooked.send);
    // The very first packet has nobody before it: it came too late.
    const [heard, whole] = [crooked.out, straight.out].map((packets) => heardAs(decodeMulaw, packets));
    expect(correlate(heard!, whole!).score).toBeGreaterThan(0.99);
    expect(crooked.out.length).toBe(straight.out.length - 1);
  });

  it('sends garbage: it is heard as a loss', async () => {
    const { out, send } = await direction([OPUS], [PCMU]);
    const sent = await opus(speech);
    const garbage = Uint8Array.of(0xff, 0xff, 0xff);
    for (const [i, packet] of sent.entries()) send(i % 20 === 9 ? { ...packet, payload: garbage } : packet);
    expect(numbers(out).every(([sequence, timestamp]) => timestamp === sequence * 160)).toBe(true);
    expect(correlate(speech, heardAs(decodeMulaw, out)).score).toBeGreaterThan(0.85);
  });
});

describe('packets of another length, asked for by the application', () => {
  it('carry the very same bytes', async () => {
    const { out, send } = await direction([PCMU], [PCMU], { ptimeMs: 40 });
    const sent = mulaw(speech);
    sent.forEach(send);
    expect(out.map(({ payload }) => payload.length)).toEqual(new Array(sent.length / 2).fill(320));
    expect(Buffer.concat(out.map(({ payload }) => payload))).toEqual(
      Buffer.concat(sent.map(({ payload }) => payload)),
    );
  });
});

describe('keys', () => {
  /** A key press as event packets of 20 ms. */
  function press(
    event: number,
    at: { sequenceNumber: number; timestamp: number },
    clockRate: number,
    durationMs: number,
  ): Sent[] {
    const samples = clockRate / 1000;
    return telephoneEventFrames(event, {
      durationSamples: durationMs * samples,
      frameSamples: 20 * samples,
    }).map(({ marker, payload }, i) => ({ ...at, sequenceNumber: at.sequenceNumber + i, marker, payload }));
  }
  const events = (packets: readonly RtpPacket[]) =>
    packets.map(({ payload }) => parseTelephoneEvent(payload)!);

  it('go from the clock of 8 kHz to that of 48, under the number of the receiver', async () => {
    const { out, send } = await direction([PCMU, TELEPHONE_EVENT], [OPUS, EVENT_48]);
    const sound = mulaw(speech).slice(0, 10);
    sound.forEach(send);
    for (const packet of press(5, { sequenceNumber: 1010, timestamp: 5000 + 1600 }, 8000, 100)) {
      send({ ...packet, payloadType: 101 });
    }
    const keys = out.slice(10);
    expect(keys.map(({ payloadType }) => payloadType)).toEqual(new Array(7).fill(110));
    expect(events(keys).map(({ durationSamples }) => durationSamples)).toEqual([
      960, 1920, 2880, 3840, 4800, 4800, 4800,
    ]);
    expect(events(keys).map(({ event, end, volume }) => [event, end, volume])).toEqual([
      ...new Array(4).fill([5, false, 10]),
      ...new Array(3).fill([5, true, 10]),
    ]);
    expect(keys.map(({ marker }) => marker)).toEqual([true, ...new Array(6).fill(false)]);
    expect(numbers(out).slice(10)).toEqual([10, 11, 12, 13, 14, 15, 16].map((sequence) => [sequence, 9600]));
  });

  it('that are long go on in segments where the field is too short', async () => {
    const { out, send } = await direction([PCMU, TELEPHONE_EVENT], [OPUS, EVENT_48]);
    for (const packet of press(1, { sequenceNumber: 1, timestamp: 800 }, 8000, 2000))
      send({ ...packet, payloadType: 101 });
    const last = out.at(-1)!;
    expect(numbers(out).at(-1)?.[1]).toBe(65_535 + 3);
    expect(Math.abs(parseTelephoneEvent(last.payload)!.durationSamples - (96_000 - 65_535))).toBeLessThan(6);
    expect(out.filter(({ marker }) => marker)).toHaveLength(1);
  });

  it('in segments are one key again where the field is long enough', async () => {
    const { out, send } = await direction([OPUS, EVENT_48], [PCMU, TELEPHONE_EVENT]);
    const first = press(1, { sequenceNumber: 1, timestamp: 0 }, 48_000, 1360).slice(0, 67);
    const segment = { payload: Uint8Array.of(1, 10, 0xff, 0xff), sequenceNumber: 68, timestamp: 0 };
    const second = press(1, { sequenceNumber: 69, timestamp: 65_535 }, 48_000, 200);
    for (const packet of [...first, segment, ...second]) send({ ...packet, payloadType: 110 });
    expect(new Set(out.map(({ timestamp }) => timestamp)).size).toBe(1);
    expect(Math.abs(events(out).at(-1)!.durationSamples - (10_922 + 1600))).toBeLessThan(4);
  });

  it('become tones for a receiver that knows none, in place of the sound', async () => {
    const { out, send } = await direction([OPUS, EVENT_48], [PCMU]);
    const quiet = await opus(tone({ frequencyHz: 300, durationMs: 400, levelDbm0: -30 }));
    quiet.slice(0, 10).forEach(send);
    const at = { sequenceNumber: 1010, timestamp: 90_000 + 9600 };
    for (const packet of press(9, at, 48_000, 100)) send({ ...packet, payloadType: 110 });
    for (const [i, packet] of quiet.slice(15).entries()) send({ ...packet, sequenceNumber: 1017 + i });
    const heard = heardAs(decodeMulaw, out);
    const changes = new DtmfDetector().receive(heard);
    expect(changes.map(({ kind, digit }) => [kind, digit])).toEqual([
      ['begin', '9'],
      ['end', '9'],
    ]);
    expect(changes[1]!.atSample - changes[0]!.atSample).toBeGreaterThan(700);
    expect(numbers(out).every(([sequence, timestamp]) => timestamp === sequence * 160)).toBe(true);
    expect(levelDb(heard.subarray(1600, 2400)) - levelDb(heard.subarray(0, 1600))).toBeGreaterThan(10);
  });

  it('with timestamps of their own leave the sound where it is', async () => {
    const { out, send } = await direction([PCMU, TELEPHONE_EVENT], [OPUS, EVENT_48]);
    const sound = mulaw(speech).slice(0, 20);
    sound.slice(0, 10).forEach(send);
    for (const packet of press(5, { sequenceNumber: 1010, timestamp: 3e9 }, 8000, 100))
      send({ ...packet, payloadType: 101 });
    for (const packet of sound.slice(10)) send({ ...packet, sequenceNumber: packet.sequenceNumber + 7 });
    const keys = out.filter(({ payloadType }) => payloadType === 110);
    expect(new Set(keys.map(({ timestamp }) => timestamp)).size).toBe(1);
    expect(events(keys).at(-1)).toMatchObject({ event: 5, end: true, durationSamples: 4800 });
    expect(numbers(out)[10]).toEqual([10, 9600]);
    expect(out).toHaveLength(27);
    expect(numbers(out).at(-1)).toEqual([26, 19 * 960]);
  });

  it('heard as tones become events for a receiver that has them, in place of the sound', async () => {
    const { out, send } = await direction([PCMU], [PCMU, TELEPHONE_EVENT]);
    const key = dtmfTone('7', { durationMs: 120, levelDbm0: -10 });
    const sound = Int16Array.from([...speech.subarray(0, 1600), ...key, ...speech.subarray(1600, 4800)]);
    mulaw(sound).forEach(send);
    const keys = out.filter(({ payloadType }) => payloadType === 101);
    expect(new Set(events(keys).map(({ event }) => event))).toEqual(new Set([7]));
    expect(events(keys).filter(({ end }) => end)).toHaveLength(3);
    expect(Math.abs(events(keys).at(-1)!.durationSamples - 960)).toBeLessThan(103);
    expect(new Set(keys.map(({ timestamp }) => timestamp)).size).toBe(1);
    // Less than 40 ms of the tone pass before it is known, too little for another detector.
    const changes = new DtmfDetector().receive(
      heardAs(
        decodeMulaw,
        out.filter(({ payloadType }) => payloadType === 0),
      ),
    );
    expect(changes).toEqual([]);
    expect(out.map(({ sequenceNumber }) => (sequenceNumber - out[0]!.sequenceNumber) & 0xffff)).toEqual(
      out.map((_, i) => i),
    );
  });
});

describe('a thousand calls one after another', () => {
  it('leave nothing behind', async () => {
    const plans = [
      [OPUS, PCMU],
      [PCMU, OPUS],
    ].map(([from, to]) => {
      return planForwarding({ shown: [from!], listed: [from!] }, { shown: [to!], listed: [to!] })
        .transcoding!;
    });
    const [first] = await opus(speech.subarray(0, 160));
    const packets = [first!, mulaw(speech)[0]!];
    const call = async () => {
      const both = await Promise.all(plans.map((plan) => openTranscoder(plan, SEED, () => undefined)));
      both.forEach((transcoder, i) => {
        const codec = plans[i]!.from[0]!;
        const route = {
          codec,
          payloadType: 0,
          clockRate: codec.clockRate,
          isEvent: false,
          transcoded: true,
        } as const;
        const bytes = writeRtp({ payloadType: codec.payloadType, marker: false, ssrc: 1, ...packets[i]! });
        transcoder.receive(Buffer.from(bytes), route, 0);
        transcoder.close();
      });
    };
    // `external` counts the memory of WebAssembly, which never shrinks. A call that were not freed would add 84 KB.
    for (let i = 0; i < 20; i++) await call();
    const before = process.memoryUsage().external;
    for (let i = 0; i < 1000; i++) await call();
    expect(process.memoryUsage().external - before).toBeLessThan(8_000_000);
  });
});
