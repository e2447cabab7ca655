import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOfSamples, levelDb, tone, writeWav } from '@ringback/audio';
import { eventOfDigit, parseTelephoneEvent, type RtpPacket, telephoneEventFrames } from '@ringback/rtp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toneLevel } from './heard-tones.ts';
import { afterMs, ENGINES, type RunningEngine, until } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';

/** Level of the tones that phones play and of the file. */
const LEVEL = levelDb(tone({ frequencyHz: 1000, durationMs: 500 }));
let calls = 0;

describe.each(ENGINES)('what is done to a running call of $name', (engine) => {
  let server: RunningEngine;
  let ng: NgClient;
  let alice: PlainPhone;
  let bob: PlainPhone;
  let call: { 'call-id': string };
  let folder: string;
  let file: string;

  beforeAll(async () => {
    server = await engine.start();
    ng = await openNgClient(server.ngPort);
    folder = await mkdtemp(join(tmpdir(), 'ringback-played-'));
    file = join(folder, 'tone.wav');
    const data = bytesOfSamples(tone({ frequencyHz: 440, durationMs: 800 }));
    await writeFile(file, writeWav({ format: 'pcm16', sampleRate: 8000, channels: 1, data }));
  });
  afterAll(async () => {
    ng?.close();
    await server?.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    call = { 'call-id': `played-${++calls}` };
    alice = await PlainPhone.open();
    bob = await PlainPhone.open();
    const base = { ...call, 'from-tag': 'a', ...PROFILES.toPlain };
    const flags = [...PROFILES.toPlain.flags, 'inject-DTMF'];
    bob.connect(await ng.sdp('offer', { ...base, flags, label: 'alice', sdp: alice.describe() }));
    const answer = { ...base, flags, 'to-tag': 'b', label: 'bob', sdp: bob.describe() };
    alice.connect(await ng.sdp('answer', answer));
  });
  afterEach(async () => {
    alice.hangUp();
    bob.hangUp();
    await ng.send('delete', call);
  });

  /** Both speak, and both hear it. */
  async function speak(): Promise<void> {
    alice.play(1000);
    bob.play(1500);
    await until('sound both ways', () => Math.min(alice.heard.length, bob.heard.length) > 10);
  }

  /** What a phone hears from now on, as soon as it is `count` packets that `match`. */
  async function hears(
    phone: PlainPhone,
    count: number,
    match: (packet: RtpPacket) => boolean = () => true,
  ): Promise<RtpPacket[]> {
    const from = phone.heard.length;
    await until(`${count} packets`, () => phone.heard.slice(from).filter(match).length >= count);
    return phone.heard.slice(from).filter(match);
  }

  const isEvent = ({ payloadType }: RtpPacket) => payloadType === 101;

  it('a file is heard by whom it is played to, beside what the other says, and by nobody else', async () => {
    await speak();
    const [atBob, atAlice] = [hears(bob, 70), hears(alice, 50)];
    const reply = await ng.send('playMedia', { ...call, 'from-tag': 'b', file });
    expect(reply).toEqual({ result: 'ok', duration: 800 });
    expect(toneLevel(await atBob, 440)).toBeGreaterThan(LEVEL - 1.5);
    expect(toneLevel(await atBob, 1000)).toBeGreaterThan(LEVEL - 1.5);
    expect(toneLevel(await atAlice, 440)).toBeLessThan(LEVEL - 25);
    await until('the end', async () => toneLevel(await hears(bob, 30), 440) < LEVEL - 25);
    expect(toneLevel(await hears(bob, 30), 1000)).toBeGreaterThan(LEVEL - 1.5);
  });

  it('a file is heard while nobody speaks, as often as asked, until it is stopped', async () => {
    const heard = hears(bob, 60);
    await ng.send('playMedia', { ...call, label: 'bob', file, 'repeat-times': 100 });
    expect(toneLevel(await heard, 440)).toBeGreaterThan(LEVEL - 1.5);
    expect((await ng.send('stopMedia', { ...call, label: 'bob' })).result).toBe('ok');
    await until('silence', async () => {
      const from = bob.heard.length;
      await afterMs(200);
      return bob.heard.length === from;
    });
  });

  it.each([
    ['playMedia', { 'from-tag': 'nobody', file: '' }, 'From-tag given, but no such tag exists'],
    ['playMedia', { label: 'nobody', file: '' }, 'No monologue matching the given label'],
    ['playMedia', { file: '' }, 'No participant party specified'],
    ['playMedia', { 'from-tag': 'b', file: '/there/is/no.wav' }, 'Failed to start media playback from file'],
    ['stopMedia', { 'call-id': 'nobody knows', 'from-tag': 'b' }, 'Unknown call-ID'],
    ['blockMedia', { 'from-tag': 'nobody' }, 'From-tag given, but no such tag exists'],
    ['playDTMF', { 'from-tag': 'a', code: 'Z' }, "Out of range 'code' specified"],
  ] as const)('%s with %o is refused', async (command, options, reason) => {
    const chosen = 'file' in options && options.file === '' ? { ...options, file } : options;
    const reply = await ng.send(command, { ...call, ...chosen });
    expect(reply.result).toBe('error');
    expect(reply['error-reason']).toContain(reason);
  });

  it('a key is heard by the other side, as an event with its length and three ends', async () => {
    await speak();
    const from = bob.heard.length;
    const ended = hears(bob, 3, (packet) => isEvent(packet) && packet.payload[1]! >= 0x80);
    const key = { code: '5', duration: 250, volume: 8 };
    expect(await ng.send('playDTMF', { ...call, 'from-tag': 'a', ...key })).toEqual({ result: 'ok' });
    await ended;
    const heard = bob.heard.slice(from).filter(isEvent);
    const events = heard.map(({ payload }) => parseTelephoneEvent(payload)!);
    expect(new Set(events.map(({ event, volume }) => `${event},${volume}`))).toEqual(new Set(['5,8']));
    expect(events.filter(({ end }) => end)).toHaveLength(3);
    // Debian's rounds up to whole packets, and sends one more.
    expect(events.at(-1)!.durationSamples).toBeGreaterThanOrEqual(2000);
    expect(events.at(-1)!.durationSamples).toBeLessThanOrEqual(2240);
    expect(new Set(heard.map(({ timestamp }) => timestamp)).size).toBe(1);
    await hears(bob, 10, (packet) => !isEvent(packet));
    expect(new Set(heard.map(({ ssrc }) => ssrc))).toEqual(new Set([bob.heard.at(-1)?.ssrc]));
  });

  // Debian's 10.5 refuses: "No SSRC context present for DTMF injection".
  it.runIf(engine.name === 'embedded')('a key is heard before anything else was (not in 10.5)', async () => {
    const heard = hears(bob, 15, isEvent);
    expect(await ng.send('playDTMF', { ...call, 'from-tag': 'a', code: '#' })).toEqual({ result: 'ok' });
    expect((await heard).every(({ payload }) => payload[0] === eventOfDigit('#'))).toBe(true);
  });

  /** What each hears while both speak and press a key. */
  async function soundAndEvents() {
    // What was under way when the gate changed.
    await afterMs(60);
    const from = { alice: alice.heard.length, bob: bob.heard.length };
    for (const phone of [alice, bob]) {
      const { timestamp } = phone;
      for (const frame of telephoneEventFrames(5, { durationSamples: 480, frameSamples: 160 }))
        phone.send({ ...frame, payloadType: 101, timestamp });
    }
    // Long enough for everything that may pass; what must not has no end that could be waited for.
    await afterMs(300);
    const of = (phone: PlainPhone, begin: number) => {
      const heard = phone.heard.slice(begin);
      const sound = heard.filter((packet) => !isEvent(packet));
      const isSilent = ({ payload }: RtpPacket) => payload.every((byte) => byte === 0xff);
      return {
        sound: sound.some((packet) => !isSilent(packet)),
        silence: sound.some(isSilent),
        events: heard.some(isEvent),
      };
    };
    return { alice: of(alice, from.alice), bob: of(bob, from.bob) };
  }

  /** On a busy machine a gate may take a moment. */
  async function hear(expected: Awaited<ReturnType<typeof soundAndEvents>>): Promise<void> {
    await expect.poll(soundAndEvents, { timeout: 10_000 }).toEqual(expected);
  }

  const EVERYTHING = { sound: true, silence: false, events: true };

  it.each([
    ['blockMedia', 'unblockMedia', { sound: false, silence: false, events: true }],
    ['silenceMedia', 'unsilenceMedia', { sound: false, silence: true, events: true }],
    ['blockDTMF', 'unblockDTMF', { sound: true, silence: false, events: false }],
  ] as const)('%s holds for a tag, a label or the whole call, and %s ends it', async (close, open, heard) => {
    await speak();
    for (const who of [{ 'from-tag': 'a' }, { label: 'alice' }]) {
      expect(await ng.send(close, { ...call, ...who })).toEqual({ result: 'ok' });
      await hear({ bob: heard, alice: EVERYTHING });
      expect(await ng.send(open, { ...call, ...who })).toEqual({ result: 'ok' });
    }
    await ng.send(close, call);
    await hear({ bob: heard, alice: heard });
    await ng.send(open, call);
    await hear({ bob: EVERYTHING, alice: EVERYTHING });
  });

  it('what is closed for one stays closed when it opens for the call, unless all is said', async () => {
    await speak();
    await ng.send('blockMedia', { ...call, 'from-tag': 'a' });
    await ng.send('blockMedia', call);
    await ng.send('unblockMedia', call);
    const blocked = { sound: false, silence: false, events: true };
    await hear({ bob: blocked, alice: EVERYTHING });
    await ng.send('unblockMedia', { ...call, flags: ['all'] });
    await hear({ bob: EVERYTHING, alice: EVERYTHING });
  });
});
