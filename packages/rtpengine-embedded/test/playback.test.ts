import { dominantFrequencyHz, encodeMulaw, g711, levelDb, tone, type Wav } from '@ringback/audio';
import { parseRtp, parseTelephoneEvent, type RtpPacket, writeRtp } from '@ringback/rtp';
import type { Paced } from '@ringback/runtime';
import { type Codec, OPUS, PCMA, PCMU, TELEPHONE_EVENT } from '@ringback/sdp';
import { beforeEach, describe, expect, it } from 'vitest';
import { openDecoder } from '../src/codec/open-codec.ts';
import { Ingress } from '../src/media/ingress.ts';
import { Outlet } from '../src/media/outlet.ts';
import type { PayloadRoute } from '../src/negotiation/payload-routes.ts';
import { openFrameEncoder } from '../src/playback/frame-encoder.ts';
import { type KeyPress, openKeyFormat } from '../src/playback/key-press.ts';
import { Playback } from '../src/playback/playback.ts';
import type { PlayOptions } from '../src/playback/player.ts';
import { Sound } from '../src/playback/sound.ts';
import type { MediaTransport } from '../src/transport/transport.ts';

let nowMs: number;
const clock = { nowMs: () => nowMs, unixMs: () => nowMs, ntpMs: () => nowMs };
const ROUTE: PayloadRoute = { codec: PCMU, payloadType: 0, clockRate: 8000, isEvent: false };
const PEER_SSRC = 500;
const ONCE = { repeatTimes: 1, durationMs: undefined, startPosition: 0 };
const never = () => {
  throw new Error('told of an end');
};

class Wire implements MediaTransport {
  readonly kind = 'plain';
  readonly port = 30_000;
  readonly packets: RtpPacket[] = [];
  sendRtp(bytes: Buffer): void {
    this.packets.push(parseRtp(Buffer.from(bytes))!);
  }
  sendRtcp(): void {
    return;
  }
  close(): void {
    return;
  }
}

/** Turns by hand; a stream that joins has its first one at once, as with the real one. */
class ByHand {
  stream: Paced | undefined;
  join(stream: Paced): void {
    this.stream = stream;
    stream.turn(1, 0);
  }
  leave(): void {
    this.stream = undefined;
  }
}

function wav(samples: Int16Array, sampleRate = 8000): Wav {
  const data = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return { format: 'pcm16', sampleRate, channels: 1, data };
}
const beep = (frequencyHz: number, durationMs: number) => new Sound(wav(tone({ frequencyHz, durationMs })));

let wire: Wire;
let outlet: Outlet;
let turns: ByHand;
let hearer: {
  outlet: Outlet;
  listens: boolean;
  takes: readonly Codec[];
  peer: { ingress: Ingress } | undefined;
};
let playback: Playback;

beforeEach(() => {
  nowMs = 1000;
  wire = new Wire();
  outlet = new Outlet(99);
  outlet.use(wire);
  turns = new ByHand();
  hearer = { outlet, listens: true, takes: [PCMU, TELEPHONE_EVENT], peer: undefined };
  playback = new Playback(hearer, turns, clock);
});

async function play(sound: Sound, options: PlayOptions, ended: () => void): Promise<boolean> {
  const encoder = await openFrameEncoder(hearer.takes);
  if (encoder) playback.play(sound, options, encoder, ended);
  return encoder !== undefined;
}

async function press(key: KeyPress): Promise<boolean> {
  const format = await openKeyFormat(hearer.takes);
  return format !== undefined && playback.press(key, format);
}

/** Lets time pass; the peer says 20 ms of `speech` before each turn, if there is any. */
function pass(ms: number, speech?: Int16Array): void {
  for (let at = 0; at < ms; at += 20) {
    nowMs += 20;
    if (speech) speak(speech, at / 20);
    turns.stream?.turn(1, 0);
  }
}

let spoken = 0;
function speak(speech: Int16Array, frame: number): void {
  const payload = encodeMulaw(speech.subarray(frame * 160, (frame + 1) * 160));
  const sequenceNumber = ++spoken;
  const packet = {
    payloadType: 0,
    marker: false,
    sequenceNumber,
    timestamp: spoken * 160,
    ssrc: PEER_SSRC,
    payload,
  };
  outlet.relay(Buffer.from(writeRtp(packet)), ROUTE, nowMs);
}

function heard(from = 0, law = g711.PCMU): Int16Array {
  return Int16Array.from(wire.packets.slice(from).flatMap(({ payload }) => [...law.decode(payload)]));
}

function expectNumbered(packets: readonly RtpPacket[]): void {
  for (const [i, packet] of packets.entries()) {
    const before = packets[i - 1];
    if (before) expect((packet.sequenceNumber - before.sequenceNumber) & 0xffff).toBe(1);
    expect(packet.ssrc).toBe(packets[0]?.ssrc);
  }
}

describe('a sound', () => {
  it('is heard from its first sample to its last, a packet each 20 ms, and its end is told once', async () => {
    let ends = 0;
    expect(await play(beep(440, 1010), ONCE, () => ends++)).toBe(true);
    pass(2000);
    expect(wire.packets).toHaveLength(51);
    expectNumbered(wire.packets);
    expect(wire.packets.map(({ marker }) => marker)).toEqual([true, ...Array(50).fill(false)]);
    const steps = wire.packets.slice(1).map(({ timestamp }, i) => timestamp - wire.packets[i]!.timestamp);
    expect(new Set(steps)).toEqual(new Set([160]));
    expect(dominantFrequencyHz(heard().subarray(0, 8000), 8000)).toBeCloseTo(440, 0);
    expect([...heard().slice(8080)]).toEqual(Array(80).fill(0));
    expect([ends, turns.stream]).toEqual([1, undefined]);
  });

  it('is heard in the first format of the listener that there is an encoder for', async () => {
    hearer.takes = [{ name: 'G729', payloadType: 18, clockRate: 8000, ptimeMs: 20 }, PCMA, PCMU];
    await play(beep(440, 200), ONCE, () => undefined);
    pass(300);
    expect(new Set(wire.packets.map(({ payloadType }) => payloadType))).toEqual(new Set([8]));
    expect(dominantFrequencyHz(heard(0, g711.PCMA), 8000)).toBeCloseTo(440, 0);
    hearer.takes = [{ name: 'G729', payloadType: 18, clockRate: 8000, ptimeMs: 20 }];
    expect(await play(beep(440, 200), ONCE, never)).toBe(false);
  });

  it('is repeated, from where it is asked to begin, for as long as it is asked to', async () => {
    await play(
      beep(440, 200),
      { repeatTimes: 3, durationMs: undefined, startPosition: 800 },
      () => undefined,
    );
    pass(2000);
    expect(wire.packets).toHaveLength(5 + 10 + 10);
    await play(beep(440, 200), { ...ONCE, repeatTimes: 100, durationMs: 500 }, () => undefined);
    pass(2000);
    expect(wire.packets).toHaveLength(25 + 25);
  });

  it('that is stopped says where it was, and nobody is told of an end', async () => {
    await play(beep(440, 1000), ONCE, never);
    pass(180);
    expect(playback.stop()).toBe(1600);
    pass(100);
    expect(wire.packets).toHaveLength(10);
    expect(playback.stop()).toBeUndefined();
    expect(turns.stream).toBeUndefined();
  });

  it('waits for nobody: what a stalled process could not send is left out, and time goes on', async () => {
    await play(beep(440, 1000), ONCE, () => undefined);
    nowMs += 400;
    turns.stream?.turn(1, 19);
    const [first, second] = wire.packets;
    expect(second!.timestamp - first!.timestamp).toBe(3200);
    expect(second!.marker).toBe(true);
    pass(2000);
    expect(wire.packets).toHaveLength(50 - 19);
  });

  it('is not sent to one that is on hold, and goes on in time', async () => {
    await play(beep(440, 400), ONCE, () => undefined);
    hearer.listens = false;
    pass(200);
    hearer.listens = true;
    pass(400);
    expect(wire.packets).toHaveLength(1 + 9);
    expect(wire.packets[1]?.marker).toBe(true);
  });

  it('towards a browser that knows Opus alone is Opus, in place of what the peer says', async () => {
    hearer.takes = [{ ...OPUS, payloadType: 111 }];
    const speech = tone({ frequencyHz: 1000, durationMs: 2000 });
    await play(beep(440, 1000), ONCE, () => undefined);
    pass(960, speech);
    expect(wire.packets).toHaveLength(49);
    expect(new Set(wire.packets.map(({ payloadType }) => payloadType))).toEqual(new Set([111]));
    const steps = wire.packets.slice(1).map(({ timestamp }, i) => timestamp - wire.packets[i]!.timestamp);
    expect(new Set(steps)).toEqual(new Set([960]));
    const decoder = await openDecoder(OPUS);
    const samples = Int16Array.from(wire.packets.flatMap(({ payload }) => [...decoder.decode(payload)!]));
    decoder.free();
    expect(dominantFrequencyHz(samples.subarray(1600), 8000)).toBeCloseTo(440, 0);
    pass(100, speech);
    expect(wire.packets.at(-1)?.payloadType).toBe(0);
  });

  it('beside a peer that speaks is heard with it, in one stream without a gap', async () => {
    const speech = tone({ frequencyHz: 1000, durationMs: 2000 });
    pass(200, speech);
    const ingress = new Ingress();
    ingress.countRtcp(Buffer.alloc(8), nowMs);
    hearer.peer = { ingress };
    await play(beep(440, 1000), ONCE, () => undefined);
    pass(1000, speech.subarray(1600));
    expect(wire.packets).toHaveLength(60);
    expectNumbered(wire.packets);
    const both = heard(15).subarray(0, 6400);
    const without = Int16Array.from(both, (sample, i) => sample - speech[(i % 8) + 1600]!);
    expect(dominantFrequencyHz(without, 8000)).toBeCloseTo(440, 0);
    expect(levelDb(both)).toBeCloseTo(levelDb(speech) + 3, 0);
  });

  it('is sent by itself when the peer falls silent, and rides again when it speaks', async () => {
    const speech = tone({ frequencyHz: 1000, durationMs: 400 });
    pass(100, speech);
    await play(beep(440, 2000), ONCE, () => undefined);
    pass(300, speech);
    const alone = wire.packets.length;
    pass(800);
    expect(wire.packets.length - alone).toBeGreaterThanOrEqual(35);
    expectNumbered(wire.packets);
    const before = wire.packets.length;
    pass(300, speech);
    // One stream again, and not two: 15 packets of the peer, with what was still due before them.
    expect(wire.packets.length - before).toBeLessThanOrEqual(17);
  });
});

describe('a key', () => {
  const KEY = { digit: '5', durationMs: 250, pauseMs: 100, levelDbm0: -8 };
  const events = () =>
    wire.packets
      .filter(({ payloadType }) => payloadType === 101)
      .map((packet) => parseTelephoneEvent(packet.payload)!);

  it('is heard as an event before anything else was: one beginning, three ends, right length and volume', async () => {
    expect(await press(KEY)).toBe(true);
    pass(500);
    expectNumbered(wire.packets);
    expect(new Set(wire.packets.map(({ timestamp }) => timestamp)).size).toBe(1);
    expect(wire.packets.map(({ marker }) => marker).filter(Boolean)).toHaveLength(1);
    expect(wire.packets[0]?.marker).toBe(true);
    expect(events().map(({ durationSamples }) => durationSamples)).toEqual([
      ...[160, 320, 480, 640, 800, 960, 1120, 1280, 1440, 1600, 1760, 1920],
      ...[2000, 2000, 2000],
    ]);
    expect(events().map(({ end }) => end)).toEqual([...Array(12).fill(false), true, true, true]);
    expect(new Set(events().map(({ event, volume }) => `${event} ${volume}`))).toEqual(new Set(['5 8']));
    expect(turns.stream).toBeUndefined();
  });

  it('waits for the one before and its pause', async () => {
    for (const digit of '1#') await press({ ...KEY, digit, durationMs: 100 });
    pass(600);
    const [one, hash] = [1, 11].map((event) => wire.packets.filter(({ payload }) => payload[0] === event));
    expect([one?.length, hash?.length]).toEqual([7, 7]);
    expect(hash![0]!.timestamp - one![0]!.timestamp).toBe((100 + 100) * 8);
  });

  it('silences the peer while it sounds, whose packets go on after it without a gap', async () => {
    const speech = tone({ frequencyHz: 1000, durationMs: 1000 });
    pass(100, speech);
    nowMs += 10;
    await press({ ...KEY, durationMs: 100 });
    pass(200, speech);
    expectNumbered(wire.packets);
    const kinds = wire.packets.map(({ payloadType }) => payloadType);
    expect(kinds.slice(5, 12)).toEqual(Array(7).fill(101));
    expect(kinds.slice(12)).toEqual(Array(5).fill(0));
    expect(wire.packets[12]!.timestamp - wire.packets[4]!.timestamp).toBe(130 * 8);
  });

  it('is heard as its two tones by who knows no events', async () => {
    hearer.takes = [PCMU];
    await press({ ...KEY, durationMs: 200 });
    pass(400);
    expect(wire.packets).toHaveLength(10);
    const row = heard();
    expect(levelDb(row)).toBeCloseTo(-8 - 6.18 + 3, 0);
    expect([770, 1336]).toContainEqual(Math.round(dominantFrequencyHz(row, 8000)));
  });

  it('that comes when too many wait is refused', async () => {
    const taken = await Promise.all(Array.from({ length: 100 }, () => press(KEY)));
    expect(taken.filter(Boolean)).toHaveLength(65);
    playback.close();
    expect(turns.stream).toBeUndefined();
  });
});

describe('a sound of another rate', () => {
  it.each([
    [44_100, 1],
    [48_000, 2],
    [16_000, 1],
  ])('%i Hz with %i channels is heard as it is', async (sampleRate, channels) => {
    const mono = tone({ frequencyHz: 700, durationMs: 500, sampleRate });
    const samples = Int16Array.from(
      { length: mono.length * channels },
      (_, i) => mono[Math.floor(i / channels)]!,
    );
    const sound = new Sound({ ...wav(samples, sampleRate), channels });
    expect([sound.durationMs, sound.frameCount]).toEqual([500, 25]);
    await play(sound, ONCE, () => undefined);
    pass(600);
    expect(dominantFrequencyHz(heard(), 8000)).toBeCloseTo(700, 0);
    expect(levelDb(heard().subarray(800, 3200))).toBeCloseTo(levelDb(mono), 1);
  });

  it('counts positions in samples of the file', async () => {
    const sound = new Sound(wav(tone({ frequencyHz: 700, durationMs: 1000, sampleRate: 16_000 }), 16_000));
    await play(sound, { ...ONCE, startPosition: 8000 }, never);
    pass(80);
    expect(playback.stop()).toBe(8000 + 5 * 320);
  });

  it('in either law is its own sound', async () => {
    const line = tone({ frequencyHz: 440, durationMs: 100 });
    const laws = (['mulaw', 'alaw'] as const).map((format) => {
      const data = (format === 'mulaw' ? g711.PCMU : g711.PCMA).encode(line);
      return new Sound({ format, sampleRate: 8000, channels: 1, data }).frame(0);
    });
    expect([...laws[0]!]).toEqual([...g711.PCMU.decode(g711.PCMU.encode(line))].slice(0, 160));
    expect([...laws[1]!]).toEqual([...g711.PCMA.decode(g711.PCMA.encode(line))].slice(0, 160));
  });
});
