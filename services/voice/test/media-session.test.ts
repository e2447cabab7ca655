import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeAlaw, dominantFrequencyHz, encodeMulaw, levelDb, tone } from '@ringback/audio';
import { sourceDescription, writeRtcp } from '@ringback/rtp';
import { Pacer } from '@ringback/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FrameQueue, SILENCE, testTone } from '../src/rtp/frame-source.ts';
import { type AgreedMedia, MediaSession } from '../src/rtp/media-session.ts';
import { PortPairs } from '../src/rtp/port-pair.ts';
import { RtpEar } from './rtp-ear.ts';
import { rtpPorts } from './rtp-ports.ts';

const pacer = new Pacer();
const ports = new PortPairs('127.0.0.1', rtpPorts(400));
let ear: RtpEar;
let session: MediaSession;

beforeEach(async () => {
  ear = await RtpEar.open();
  session = await MediaSession.open(pacer, ports);
});
afterEach(() => {
  session.close();
  ear.close();
});

const agreed = (more: Partial<AgreedMedia> = {}): AgreedMedia => ({
  address: '127.0.0.1',
  port: ear.port,
  rtcpPort: ear.port + 1,
  codec: 'PCMU',
  payloadType: 0,
  eventPayloadType: 101,
  sending: true,
  ...more,
});

async function sound(durationMs: number): Promise<{ bytes: Uint8Array; source: FrameQueue }> {
  const bytes = encodeMulaw(tone({ frequencyHz: 440, durationMs }));
  const source = new FrameQueue();
  await source.fill([bytes] as unknown as AsyncIterable<Uint8Array>);
  source.close();
  return { bytes, source };
}

describe('MediaSession', () => {
  test('has an even port', () => {
    expect(session.port % 2).toBe(0);
  });

  test('plays a sound byte for byte, in sequence, the first packet marked, then silence until it is told to end', async () => {
    const { bytes, source } = await sound(400);
    session.agree(agreed());
    const drained = new Promise<void>((resolve) => session.play(source, resolve));
    await drained;
    await ear.until(() => ear.heard.length >= 30);
    const [first] = ear.heard;
    expect(ear.heard.map(({ packet }) => packet.marker)).toEqual(ear.heard.map((_, i) => i === 0));
    ear.heard.forEach(({ packet, from }, i) => {
      expect(packet.sequenceNumber).toBe(((first?.packet.sequenceNumber ?? 0) + i) & 0xffff);
      expect(packet.timestamp).toBe(((first?.packet.timestamp ?? 0) + 160 * i) >>> 0);
      expect(packet.payloadType).toBe(0);
      expect(from.port).toBe(session.port);
    });
    expect(ear.bytes().subarray(0, bytes.length)).toEqual(bytes);
    expect(new Set(ear.bytes().subarray(bytes.length))).toEqual(new Set([0xff]));
  });

  test('may be closed by who is told of the end, in the middle of catching up', async () => {
    const { source } = await sound(60);
    session.agree(agreed());
    session.play(source, () => session.close());
    session.turn(100, 0);
    expect(session.statistics.sent).toBe(13);
  });

  test('sends the first packet within the call that asks for it', async () => {
    session.agree(agreed());
    session.play(SILENCE);
    expect(session.statistics.sent).toBe(1);
  });

  test('reports as sender and receiver on the next port, and says goodbye', async () => {
    session.agree(agreed());
    session.play(SILENCE);
    const heard = [ear.send(session.port), ear.send(session.port), ear.send(session.port)];
    await ear.until(() => ear.reports.filter(({ kind }) => kind === 'sender-report').length >= 2);
    const report = ear.reports.filter((packet) => packet.kind === 'sender-report').at(-1);
    expect(report?.ssrc).toBe(ear.heard[0]?.packet.ssrc);
    expect(report?.packetCount).toBeGreaterThan(50);
    expect(report?.reports[0]).toMatchObject({ ssrc: heard[0]?.ssrc, cumulativeLost: 0, fractionLost: 0 });
    session.close();
    await ear.until(() => ear.reports.some(({ kind }) => kind === 'goodbye'));
  });

  test('a stranger is not echoed, and the caller still is', async () => {
    const stranger = await RtpEar.open();
    session.agree(agreed());
    session.echo();
    ear.send(session.port);
    await ear.until(() => ear.heard.length === 1);
    stranger.send(session.port);
    ear.send(session.port);
    await ear.until(() => ear.heard.length === 2);
    expect(stranger.heard).toEqual([]);
    expect(session.statistics.received?.packetsReceived).toBe(2);
    stranger.close();
  });

  test('follows a caller behind a NAT to the port it sends from', async () => {
    session.agree(agreed({ port: 9 }));
    session.play(SILENCE);
    ear.send(session.port);
    await ear.until(() => ear.heard.length >= 3);
  });

  test('echoes voice and telephone-event with their numbers', async () => {
    session.agree(agreed());
    session.echo();
    const sent = [
      ear.send(session.port),
      ear.send(session.port, { payloadType: 101, marker: true, payload: Uint8Array.of(5, 10, 0, 160) }),
      ear.send(session.port, { payloadType: 101, payload: Uint8Array.of(5, 138, 1, 64) }),
      ear.send(session.port),
    ];
    await ear.until(() => ear.heard.length === sent.length);
    expect(ear.heard.map(({ packet }) => [packet.payloadType, packet.payload])).toEqual(
      sent.map((packet) => [packet.payloadType, packet.payload]),
    );
  });

  test('the tone is 1004 Hz at -16 dBm0, in A-law too', async () => {
    session.agree(agreed({ codec: 'PCMA', payloadType: 8 }));
    session.play(testTone());
    await ear.until(() => ear.heard.length >= 40);
    const samples = decodeAlaw(ear.bytes());
    expect(ear.heard[0]?.packet.payloadType).toBe(8);
    expect(dominantFrequencyHz(samples, 8000)).toBeCloseTo(1004, 0);
    expect(levelDb(samples)).toBeCloseTo(-16 - 6.18, 0);
  });

  test('on hold nothing is sent; afterwards the sound goes on where it was, marked, at the time that it is', async () => {
    const { bytes, source } = await sound(300);
    session.agree(agreed());
    session.play(source);
    await ear.until(() => ear.heard.length >= 3);
    session.agree(agreed({ sending: false }));
    const before = ear.heard.length;
    await ear.until(() => ear.reports.length > 0);
    session.agree(agreed());
    await ear.until(() => ear.heard.length >= 25);
    const resumed = ear.heard.findIndex(({ packet }, i) => i > 0 && packet.marker);
    expect(resumed).toBeGreaterThanOrEqual(before);
    const [last, next] = [ear.heard[resumed - 1]?.packet, ear.heard[resumed]?.packet];
    expect(((next?.timestamp ?? 0) - (last?.timestamp ?? 0)) >>> 0).toBeGreaterThan(320);
    expect(next?.sequenceNumber).toBe(((last?.sequenceNumber ?? 0) + 1) & 0xffff);
    expect(ear.bytes().subarray(0, bytes.length)).toEqual(bytes);
  });

  test('knows how long nothing was heard, RTCP being heard too', async () => {
    session.agree(agreed());
    session.play(SILENCE);
    await ear.until(() => ear.heard.length >= 5);
    const silent = session.silentForMs;
    expect(silent).toBeGreaterThan(50);
    ear.sendRtcp(
      writeRtcp([{ kind: 'receiver-report', ssrc: 1, reports: [] }, sourceDescription(1, 'x')]),
      session.port + 1,
    );
    const next = ear.heard.length + 3;
    await ear.until(() => ear.heard.length >= next);
    expect(session.silentForMs).toBeLessThan(silent + 20);
  });

  test('outlives a caller whose port is closed', async () => {
    const gone = await RtpEar.open();
    session.agree(agreed({ port: gone.port, rtcpPort: gone.port + 1 }));
    session.play(SILENCE);
    await gone.until(() => gone.heard.length >= 2);
    gone.close();
    const sent = session.statistics.sent;
    session.agree(agreed());
    await ear.until(() => ear.heard.length >= 5);
    expect(session.statistics.sent).toBeGreaterThan(sent);
  });
});

/** How many packets are due by now. Asked before and after the clock has had a turn, so that a stall does not matter. */
async function duePackets(startedMs: number): Promise<{ least: number; most: number }> {
  await delay(3000);
  const least = (performance.now() - startedMs) / 20;
  await delay(60);
  return { least: least * 0.99, most: ((performance.now() - startedMs) / 20) * 1.01 + 1 };
}

test('100 streams for 3 s have every turn', async () => {
  const turns = new Array<number>(100).fill(0);
  const streams = turns.map((_, i) => ({
    turn(frames: number) {
      turns[i] = (turns[i] ?? 0) + frames;
    },
  }));
  const startedMs = performance.now();
  for (const stream of streams) pacer.join(stream);
  const { least, most } = await duePackets(startedMs);
  for (const stream of streams) pacer.leave(stream);
  expect(Math.min(...turns)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...turns)).toBeLessThanOrEqual(most);
});

test('100 calls on sockets for 3 s: every packet is sent, and what is sent is heard', async () => {
  const calls = await Promise.all(
    Array.from({ length: 100 }, async () => ({
      ear: await RtpEar.open(),
      session: await MediaSession.open(pacer, ports),
    })),
  );
  const startedMs = performance.now();
  for (const call of calls) {
    call.session.agree(agreed({ port: call.ear.port, rtcpPort: call.ear.port + 1 }));
    call.session.play(testTone());
  }
  const { least, most } = await duePackets(startedMs);
  for (const call of calls) call.session.close();
  for (const call of calls) {
    const { sent } = call.session.statistics;
    expect(sent).toBeGreaterThanOrEqual(least);
    expect(sent).toBeLessThanOrEqual(most);
    await call.ear.until(() => call.ear.heard.length === sent);
    call.ear.close();
  }
});
