import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { correlate, g711, levelDb, readWav, samplesOfBytes } from '@ringback/audio';
import { readPcap } from '@ringback/pcap';
import { parseRtp, writeRtp } from '@ringback/rtp';
import { createLogger } from '@ringback/runtime';
import { audioOffer, type Codec, OPUS, PCMA, PCMU } from '@ringback/sdp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Call } from '../src/call/call.ts';
import { Party } from '../src/call/party.ts';
import { openDecoder, openEncoder } from '../src/codec/open-codec.ts';
import { readDescription } from '../src/negotiation/description.ts';
import { RecordingFile } from '../src/recording/recording-file.ts';
import { Recordings } from '../src/recording/recordings.ts';
import type { MediaTransport } from '../src/transport/transport.ts';
import { until } from './engine-support.ts';

const START_MS = Date.UTC(2026, 0, 2);
const SECOND = 8000;
let nowMs: number;
const clock = { nowMs: () => nowMs, unixMs: () => START_MS + nowMs, ntpMs: () => START_MS + nowMs };
const logger = createLogger('test', 'silent');
let folder: string;
let recordings: Recordings;

beforeEach(async () => {
  nowMs = 5000;
  folder = await mkdtemp(join(tmpdir(), 'ringback-recording-'));
  recordings = new Recordings({ recordingDir: 'made/on demand', workingDir: folder }, '127.0.0.1', clock);
});
afterEach(async () => {
  await recordings.close();
  await rm(folder, { recursive: true });
});

/** Sound that is like nothing but itself: noise, less and more of it twice a second. */
function babble(seed: number, seconds: number): Int16Array {
  let state = seed;
  return Int16Array.from({ length: seconds * SECOND }, (_, i) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return ((state >> 15) / 65_536 - 0.5) * 16_000 * (1 + Math.sin(i / 1300)) * 0.5;
  });
}

const nowhere = (port: number): MediaTransport => ({
  kind: 'plain',
  port,
  sendRtp: () => undefined,
  sendRtcp: () => undefined,
  close: () => undefined,
});

class Speaker {
  readonly party: Party;
  readonly codec: Codec;
  readonly speech: Int16Array;
  readonly #ssrc: number;
  readonly #firstTimestamp = 0xffffff00;

  constructor(call: Call, tag: string, codec: Codec, speech: Int16Array) {
    this.party = call.addParty(tag, undefined);
    this.codec = codec;
    this.speech = speech;
    this.#ssrc = tag.charCodeAt(0);
    const port = 40_000 + this.#ssrc;
    const line = { address: '192.0.2.7', port, codecs: [codec], sessionId: 1, version: 1 };
    this.party.remote = readDescription(audioOffer(line));
    this.party.shown = [codec];
    this.party.useTransport(nowhere(30_000 + this.#ssrc));
  }

  /** One packet of its speech. */
  say(frame: number): void {
    const payload = (this.codec.name === 'PCMA' ? g711.PCMA : g711.PCMU).encode(
      this.speech.subarray(frame * 160, (frame + 1) * 160),
    );
    const packet = {
      payloadType: this.codec.payloadType,
      marker: frame === 0,
      sequenceNumber: frame,
      timestamp: this.#firstTimestamp + frame * 160,
      ssrc: this.#ssrc,
      payload,
    };
    this.party.rtp(Buffer.from(writeRtp(packet)));
  }
}

async function twoSpeakers(id = 'a call') {
  const call = new Call(id, clock, logger);
  const caller = new Speaker(call, 'a', PCMU, babble(1, 4));
  const callee = new Speaker(call, 'b', PCMA, babble(2, 4));
  await Party.join(caller.party, callee.party);
  return { call, caller, callee };
}

/** Lets frames `from` to `to` be spoken by whoever `speaks`, with the ticks of the engine. */
function talk(from: number, to: number, speaks: (frame: number) => void): void {
  for (let frame = from; frame < to; frame++) {
    nowMs += 20;
    speaks(frame);
    if (frame % 10 === 0) recordings.tick();
  }
}

async function channels(file: string): Promise<[left: Int16Array, right: Int16Array]> {
  const wav = readWav(await readFile(file));
  expect(wav).toMatchObject({ format: 'pcm16', sampleRate: 8000, channels: 2 });
  const samples = samplesOfBytes(wav.data);
  const channel = (offset: number) => samples.filter((_, i) => i % 2 === offset);
  return [channel(0), channel(1)];
}

async function ended(call: Call): Promise<string> {
  const [, wav = ''] = recordings.filesOf(call);
  recordings.stop(call, false);
  await recordings.close();
  return wav;
}

describe('a recorded call', () => {
  it('has the offerer on the left and the answerer on the right, at the same time', async () => {
    const { call, caller, callee } = await twoSpeakers();
    recordings.start(call);
    talk(0, 200, (frame) => {
      caller.say(frame);
      callee.say(frame);
    });
    const [left, right] = await channels(await ended(call));
    expect(left.length).toBe(4 * SECOND);
    const [one, other] = [correlate(caller.speech, left), correlate(callee.speech, right)];
    expect(one.score).toBeGreaterThan(0.99);
    expect(other.score).toBeGreaterThan(0.99);
    expect([one.lag, other.lag]).toEqual([0, 0]);
    expect(correlate(caller.speech, right).score).toBeLessThan(0.3);
  });

  it('keeps the time through jitter, loss and reordering, and lost sound is silence', async () => {
    const { call, caller } = await twoSpeakers();
    recordings.start(call);
    const waiting: number[] = [];
    talk(0, 200, (frame) => {
      if (frame >= 50 && frame < 60) return;
      waiting.push(frame);
      // Packets come in bunches of up to seven, the newest first.
      if (frame % 7 === 0) for (const late of waiting.splice(0).reverse()) caller.say(late);
    });
    const [left] = await channels(await ended(call));
    expect(correlate(caller.speech.subarray(0, SECOND), left).score).toBeGreaterThan(0.99);
    const { lag } = correlate(caller.speech, left);
    expect(levelDb(left.subarray(50 * 160 + lag, 60 * 160 + lag))).toBe(-127);
    expect(correlate(caller.speech.subarray(60 * 160, 180 * 160), left.subarray(60 * 160 + lag)).lag).toBe(0);
  });

  it('is silent while it is paused, and the time goes on', async () => {
    const { call, caller } = await twoSpeakers();
    recordings.start(call);
    const files = recordings.filesOf(call);
    talk(0, 50, (frame) => caller.say(frame));
    recordings.pause(call);
    talk(50, 100, (frame) => caller.say(frame));
    expect(recordings.start(call)).toEqual(files);
    talk(100, 150, (frame) => caller.say(frame));
    const [left] = await channels(await ended(call));
    expect(left.length).toBe(3 * SECOND);
    expect(levelDb(left.subarray(SECOND, 2 * SECOND))).toBe(-127);
    expect(
      correlate(caller.speech.subarray(2 * SECOND, 3 * SECOND), left.subarray(2 * SECOND)),
    ).toMatchObject({
      lag: 0,
    });
  });

  it('decodes Opus, on the clock of its own', async () => {
    const { call, caller, callee } = await twoSpeakers();
    recordings.start(call);
    const opus = { ...OPUS, payloadType: 111 };
    caller.party.shown = [opus];
    const encoder = await openEncoder(opus);
    let frames = 0;
    const sayOpus = (frame: number) => {
      const payload = encoder.encode(caller.speech.subarray(frame * 160, (frame + 1) * 160));
      const packet = {
        payloadType: 111,
        marker: false,
        sequenceNumber: frame,
        timestamp: frame * 960,
        ssrc: 9,
      };
      caller.party.rtp(Buffer.from(writeRtp({ ...packet, payload: payload! })));
      frames++;
    };
    // Its decoder is opened at the first packet, which takes a moment.
    sayOpus(0);
    await until('the decoder', async () => (await openDecoder(opus)).free() === undefined);
    talk(1, 200, (frame) => {
      sayOpus(frame);
      callee.say(frame);
    });
    encoder.free();
    const [left, right] = await channels(await ended(call));
    expect(frames).toBe(200);
    const [one, other] = [correlate(caller.speech, left), correlate(callee.speech, right)];
    expect(one.score).toBeGreaterThan(0.9);
    // Opus looks ahead by 6.5 ms or less.
    expect(Math.abs(one.lag - other.lag)).toBeLessThanOrEqual(160 + 52);
  });

  it('records who joins later, and what a gate keeps from the other side', async () => {
    const call = new Call('later', clock, logger);
    const caller = new Speaker(call, 'a', PCMU, babble(1, 4));
    recordings.start(call);
    const callee = new Speaker(call, 'b', PCMU, babble(2, 4));
    recordings.follow(call);
    callee.party.inlet.gate({ blocked: true });
    talk(0, 100, (frame) => {
      caller.say(frame);
      callee.say(frame);
    });
    const [left, right] = await channels(await ended(call));
    expect(correlate(caller.speech, left).score).toBeGreaterThan(0.99);
    expect(correlate(callee.speech, right).score).toBeGreaterThan(0.99);
  });

  it('is a good WAV file at every moment, whenever the process ends', async () => {
    const { call, caller } = await twoSpeakers();
    const [, wav = ''] = recordings.start(call);
    talk(0, 200, (frame) => caller.say(frame));
    const written = async () => (await stat(wav).catch(() => undefined))?.size ?? 0;
    await until('two seconds on disk', async () => (await written()) > 2 * SECOND * 4);
    const said = new DataView((await readFile(wav)).buffer).getUint32(40, true);
    expect(said).toBeGreaterThan(0);
    expect(said).toBeLessThanOrEqual((await written()) - 44);
    await until('the last header', async () => {
      const { data } = readWav(await readFile(wav));
      return data.length > 2 * SECOND * 4;
    });
    const [left] = await channels(wav);
    expect(correlate(caller.speech.subarray(0, 2 * SECOND), left).score).toBeGreaterThan(0.99);
  });

  it('is a capture too: every packet as it was, with its time and addresses', async () => {
    const { call, caller, callee } = await twoSpeakers();
    const [pcap = ''] = recordings.start(call);
    talk(0, 10, (frame) => {
      caller.say(frame);
      callee.say(frame);
    });
    await ended(call);
    const frames = [...readPcap(await readFile(pcap))];
    expect(frames).toHaveLength(20);
    expect(frames[0]?.timeMs).toBe(START_MS + 5020);
    expect(frames.map(({ frame }) => parseRtp(frame.subarray(42))?.payloadType)).toEqual(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 0 : 8)),
    );
    // Ethernet 14, IPv4 20: addresses at 26 and 30, ports at 34 and 36.
    const [from, to] = [frames[0]!.frame.subarray(26, 30), frames[0]!.frame.subarray(30, 34)];
    expect([from.join('.'), to.join('.')]).toEqual(['192.0.2.7', '127.0.0.1']);
  });

  it('ends with its call, and leaves nothing behind when it is not wanted', async () => {
    const one = await twoSpeakers('one');
    const [, kept = ''] = recordings.start(one.call);
    const other = await twoSpeakers('other');
    recordings.start(other.call);
    talk(0, 20, (frame) => one.caller.say(frame));
    one.call.close();
    recordings.stop(other.call, true);
    await recordings.close();
    expect((await channels(kept))[0].length).toBe(3200);
    expect((await readdir(join(folder, 'made', 'on demand'))).sort()).toEqual(
      ['.pcap', '.txt', '.wav'].map((ending) => kept.split('/').at(-1)?.replace('.wav', ending)),
    );
  });

  it.each(['../../etc/passwd', 'a/b\0c', `${'%'.repeat(400)}`, '\ud800 call', '.', ''])(
    'with the call-id %j has its files in the directory',
    async (id) => {
      const { call } = await twoSpeakers(id);
      recordings.start(call);
      recordings.start(call);
      await ended(call);
      const names = await readdir(join(folder, 'made', 'on demand'));
      expect(names).toHaveLength(3);
      for (const name of names) expect(name).toMatch(/^[\w%.!~'()-]*-[0-9a-f]{16}\.(wav|pcap|txt)$/);
    },
  );

  it('has a text beside it: when it was, who is where, and what the client said', async () => {
    const { call, callee } = await twoSpeakers();
    callee.party.label = 'Bob';
    recordings.start(call, { metadata: 'first' });
    const [, , text = ''] = recordings.start(call, { metadata: 'agent:7|queue:sales' });
    nowMs += 3000;
    await ended(call);
    expect((await readFile(text, 'utf8')).split('\n')).toEqual([
      'begin: 2026-01-02T00:00:05.000Z',
      'end: 2026-01-02T00:00:08.000Z',
      'left: a',
      'right: b (Bob)',
      '',
      'agent:7|queue:sales',
      '',
    ]);
  });

  it('goes on without a recording when the disk does not want it', async () => {
    await writeFile(join(folder, 'made'), 'in the way');
    const { call, caller, callee } = await twoSpeakers();
    recordings.start(call);
    talk(0, 100, (frame) => caller.say(frame));
    expect(callee.party.egress.ssrc).toBe('a'.charCodeAt(0));
    recordings.stop(call, false);
    await recordings.close();
  });
});

describe('a recording file', () => {
  it('takes what fits while the disk is slow, and what comes later has its own place', async () => {
    const path = join(folder, 'slow');
    const file = new RecordingFile(path, (error) => {
      throw error;
    });
    const piece = new Uint8Array(300_000).fill(7);
    // Nothing is written before the file is open, which takes a turn of the event loop.
    const taken = [0, 1, 2, 3, 4].map((i) => file.write(piece, i * piece.length));
    expect(taken).toEqual([true, true, true, false, false]);
    expect(file.droppedBytes).toBe(600_000);
    await until('room', () => file.write(piece, 4 * piece.length));
    await file.close();
    const bytes = await readFile(path);
    expect(bytes.length).toBe(1_500_000);
    expect([bytes[0], bytes[899_999], bytes[900_000], bytes[1_199_999], bytes[1_200_000]]).toEqual([
      7, 7, 0, 0, 7,
    ]);
  });

  it('never writes over a file that is there', async () => {
    const path = join(folder, 'mine');
    await writeFile(path, 'mine');
    const faults: string[] = [];
    const file = new RecordingFile(path, (error) => faults.push(error.message));
    file.write(new Uint8Array(10), 0);
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect(faults).toEqual([expect.stringContaining('EEXIST')]);
    expect(file.droppedBytes).toBe(10);
    expect(file.write(new Uint8Array(1), 0)).toBe(false);
  });
});
