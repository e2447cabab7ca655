import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dominantFrequencyHz } from '@ringback/audio';
import { remoteAudio } from '@ringback/sdp';
import type { CryptoSuiteName } from '@ringback/srtp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENGINES, type RunningEngine, until } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';
import { cryptoLines, SdesPhone } from './sdes-phone.ts';

const toSecure = { ...PROFILES.toPlain, 'transport-protocol': 'RTP/SAVP', DTLS: 'off' };
const SUITES: CryptoSuiteName[] = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'];
let calls = 0;

const base64 = ({ key, salt }: { key: Uint8Array; salt: Uint8Array }) =>
  Buffer.concat([key, salt]).toString('base64');

/** ffmpeg has an SRTP of its own, written from the RFC. */
describe.each(ENGINES)('ffmpeg as the phone with keys, through $name', (engine) => {
  let server: RunningEngine;
  let ng: NgClient;
  let phone: PlainPhone;
  let other: PlainPhone;
  let folder: string;
  let call: { 'call-id': string; 'from-tag': string };
  let stop: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    server = await engine.start();
    ng = await openNgClient(server.ngPort);
    folder = await mkdtemp(join(tmpdir(), 'srtp-'));
  });
  afterAll(async () => {
    ng?.close();
    await server?.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    call = { 'call-id': `ffmpeg-${++calls}`, 'from-tag': 'a' };
    phone = await PlainPhone.open();
    other = await PlainPhone.open();
  });
  afterEach(async () => {
    await stop?.();
    stop = undefined;
    other.hangUp();
    await ng.send('delete', { 'call-id': call['call-id'] });
  });

  function ffmpeg(...args: string[]): { bytes: () => Buffer } {
    const child = spawn('ffmpeg', ['-nostdin', '-loglevel', 'error', ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = once(child, 'exit');
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    stop = async () => {
      child.kill('SIGKILL');
      await exited;
    };
    return { bytes: () => Buffer.concat(chunks) };
  }

  /** The one with keys calls; its sockets are closed, so that ffmpeg can take its ports. */
  async function connect(suite: CryptoSuiteName): Promise<{ keys: SdesPhone; toPhone: string }> {
    const keys = new SdesPhone(phone, suite);
    other.connect(await ng.sdp('offer', { ...call, ...PROFILES.toPlain, sdp: keys.describe() }));
    const toPhone = await ng.sdp('answer', { ...call, ...toSecure, 'to-tag': 'b', sdp: other.describe() });
    phone.hangUp();
    return { keys, toPhone };
  }

  it.each(SUITES)('what it sends under %s is heard', async (suite) => {
    const { keys, toPhone } = await connect(suite);
    const tone = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=8000', '-c:a', 'pcm_mulaw'];
    const target = `srtp://127.0.0.1:${remoteAudio(toPhone).port}?localrtpport=${phone.port}&pkt_size=172`;
    ffmpeg(
      ...tone,
      '-f',
      'rtp',
      '-srtp_out_suite',
      suite,
      '-srtp_out_params',
      base64(keys.ours.master),
      target,
    );
    await until('a second of sound', () => other.heard.length > 55);
    expect(dominantFrequencyHz(other.samples(1000), 8000)).toBeCloseTo(440, 0);
  });

  it.each(SUITES)('it hears what is sent under %s', async (suite) => {
    const { toPhone } = await connect(suite);
    const [line] = cryptoLines(toPhone);
    const file = join(folder, `${suite}.sdp`);
    // ffmpeg listens where its description says.
    const sdp = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
    const media = [
      `m=audio ${phone.port} RTP/SAVP 0`,
      `a=crypto:1 ${suite} inline:${base64(line!.master)}`,
      '',
    ];
    await writeFile(file, [...sdp, ...media].join('\r\n'));
    const input = ['-protocol_whitelist', 'file,srtp,rtp,udp', '-i', file, '-t', '1'];
    const heard = ffmpeg(...input, '-f', 's16le', '-ar', '8000', '-');
    other.play(1000);
    await until('a second of sound', () => heard.bytes().length >= 16_000, 30_000);
    const bytes = heard.bytes().subarray(8000, 16_000);
    const samples = Int16Array.from({ length: 4000 }, (_, i) => bytes.readInt16LE(2 * i));
    expect(dominantFrequencyHz(samples, 8000)).toBeCloseTo(1000, 0);
  });
});
