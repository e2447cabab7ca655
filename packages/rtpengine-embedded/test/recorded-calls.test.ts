import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { correlate, decodeMulaw, encodeMulaw, readWav, samplesOfBytes } from '@ringback/audio';
import { writeRtp } from '@ringback/rtp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SupervisedRtpengine } from '../src/index.ts';
import { exchange, joinPhones, pids, startEngine, TestPhone, until } from './engine-support.ts';

const TSHARK = spawnSync('tshark', ['--version'], { stdio: 'ignore' }).error === undefined;
const SECONDS = 3;
/** Two stretches of speech that have nothing in common. */
const speech = (from: number) => {
  const file = new URL('../../audio/test/fixtures/speech.mulaw.gz', import.meta.url);
  return readFile(file).then((bytes) =>
    decodeMulaw(gunzipSync(bytes)).slice(from * 8000, (from + SECONDS) * 8000),
  );
};

let folder: string;
let engine: SupervisedRtpengine;
let alice: TestPhone;
let bob: TestPhone;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-recorded-'));
  engine = await startEngine({ recordingDir: join(folder, 'recordings') });
  [alice, bob] = await Promise.all([TestPhone.open(), TestPhone.open()]);
});
afterEach(async () => {
  alice.close();
  bob.close();
  await engine.close();
  await rm(folder, { recursive: true });
});

/** Says it in real time, by an absolute clock; resolves when it is said. */
async function say(phone: TestPhone, port: number, ssrc: number, samples: Int16Array): Promise<void> {
  const beganMs = performance.now();
  for (let frame = 0; frame * 160 < samples.length; frame++) {
    while (frame * 20 > performance.now() - beganMs) await new Promise((resolve) => setTimeout(resolve, 5));
    const payload = encodeMulaw(samples.subarray(frame * 160, (frame + 1) * 160));
    const timestamp = frame * 160;
    phone.send(
      writeRtp({ payloadType: 0, marker: frame === 0, sequenceNumber: frame, timestamp, ssrc, payload }),
      port,
    );
  }
}

/** Bytes of samples, as the header says. */
async function written(file: string): Promise<number> {
  const bytes = await readFile(file).catch(() => new Uint8Array(0));
  return bytes.length < 44 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(40, true);
}

async function channels(file: string): Promise<[left: Int16Array, right: Int16Array]> {
  const samples = samplesOfBytes(readWav(await readFile(file)).data);
  return [samples.filter((_, i) => i % 2 === 0), samples.filter((_, i) => i % 2 === 1)];
}

async function recordedCall(): Promise<{
  files: string[];
  said: [Int16Array, Int16Array];
  saying: Promise<unknown>;
}> {
  const to = await joinPhones(engine.ngPort, 'recorded', alice, bob);
  const reply = await exchange(engine.ngPort, { command: 'start recording', 'call-id': 'recorded' });
  const said = await Promise.all([speech(0), speech(7)]);
  const saying = Promise.all([say(alice, to.aliceSendsTo, 1, said[0]), say(bob, to.bobSendsTo, 2, said[1])]);
  return { files: reply.recordings as string[], said, saying };
}

describe('a recorded call', () => {
  it('has what each said in its channel, and every packet in its capture', async () => {
    const { files, said, saying } = await recordedCall();
    const [pcap = '', wav = ''] = files;
    await saying;
    await until(
      'everybody to hear it',
      () => Math.min(alice.heard.length, bob.heard.length) === SECONDS * 50,
    );
    const stopped = await exchange(engine.ngPort, { command: 'stop recording', 'call-id': 'recorded' });
    expect(stopped).toEqual({ result: 'ok', recordings: files });
    await until('the whole of it', async () => (await written(wav)) >= SECONDS * 8000 * 4);
    const [left, right] = await channels(wav);
    const [one, other] = [correlate(said[0], left), correlate(said[1], right)];
    expect(Math.min(one.score, other.score)).toBeGreaterThan(0.95);
    // They began together; a busy machine may have held one of them up.
    expect(Math.abs(one.lag - other.lag)).toBeLessThan(0.2 * 8000);
    if (!TSHARK) return;
    const options = ['-n', '-r', pcap, '-o', 'rtp.heuristic_rtp:TRUE', '--enable-heuristic', 'rtp_udp'];
    const fields = ['-T', 'fields', '-e', 'rtp.ssrc', '-e', 'udp.srcport'];
    const rows = execFileSync('tshark', [...options, ...fields], { stdio: ['ignore', 'pipe', 'ignore'] });
    const lines = rows.toString().trimEnd().split('\n');
    expect(lines).toHaveLength(2 * SECONDS * 50);
    expect(new Set(lines)).toEqual(new Set([`0x00000001\t${alice.port}`, `0x00000002\t${bob.port}`]));
  });

  it('is a good file even if its process is killed', async () => {
    const { files, said, saying } = await recordedCall();
    const [, wav = ''] = files;
    await until('two seconds', async () => (await written(wav)) > 2 * 8000 * 4);
    for (const pid of pids(engine)) process.kill(pid, 'SIGKILL');
    expect(await written(wav)).toBeLessThanOrEqual((await readFile(wav)).length - 44);
    const [left, right] = await channels(wav);
    expect(correlate(said[0].subarray(0, 12_000), left).score).toBeGreaterThan(0.95);
    expect(correlate(said[1].subarray(0, 12_000), right).score).toBeGreaterThan(0.95);
    await saying;
  });

  it('is asked for in the offer, tells its files, and ends with its call', async () => {
    const call = { 'call-id': 'from the start', 'from-tag': 'a' };
    const offer = { command: 'offer', ...call, 'record call': 'yes', sdp: alice.describe() };
    const { recordings } = await exchange(engine.ngPort, offer);
    expect(recordings).toEqual([
      expect.stringMatching(/\.pcap$/),
      expect.stringMatching(/from%20the%20start-.*\.wav$/),
      expect.stringMatching(/\.txt$/),
    ]);
    await exchange(engine.ngPort, { command: 'delete', 'call-id': call['call-id'] });
    const wav = (recordings as string[])[1]!;
    await until('the header', async () => ((await stat(wav).catch(() => undefined))?.size ?? 0) >= 44);
    expect(readWav(await readFile(wav))).toMatchObject({ sampleRate: 8000, channels: 2 });
  });

  it('is refused, and the call is not, where there is no directory for it', async () => {
    const bare = await startEngine();
    const call = { 'call-id': 'c', 'from-tag': 'a' };
    const offer = { command: 'offer', ...call, 'record call': 'yes', sdp: alice.describe() };
    const offered = await exchange(bare.ngPort, offer);
    expect(offered).toMatchObject({ result: 'ok' });
    expect(offered).not.toHaveProperty('recordings');
    const refused = await exchange(bare.ngPort, { command: 'start recording', 'call-id': 'c' });
    expect(refused['error-reason']).toContain('--recording-dir');
    await bare.close();
  });
});
