import { execFileSync, spawnSync } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem, RecordingState, SipMessageRecord } from '@ringback/contracts';
import { CaptureWriter, pcap, readPcap } from '@ringback/pcap';
import { BusError } from '@ringback/runtime';
import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withoutKey } from '../src/capture/secrets.ts';
import { Recordings } from '../src/recording/recordings.ts';
import { withSdpInTheClear } from '../src/recording/sdp-in-the-clear.ts';
import {
  aCall,
  gatewayUnderTest,
  startStore,
  type TestGateway,
  type TestStore,
} from './gateway-under-test.ts';

const TSHARK = spawnSync('tshark', ['--version'], { stdio: 'ignore' }).error === undefined;
const START_US = Date.UTC(2026, 2, 1, 10) * 1000;
const FILES = { wav: 'leg-1.wav', pcap: 'leg-1.pcap', text: 'leg-1.txt' };

let database: TestStore;
let gateway: TestGateway;
let dataDir: string;
beforeAll(async () => {
  database = await startStore();
}, 60_000);
afterAll(() => database?.close());
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ringback-recordings-'));
  gateway = await gatewayUnderTest(database.store, { dataDir });
});
afterEach(async () => {
  await gateway.close();
  await rm(dataDir, { recursive: true });
});

function message(
  callId: string,
  afterMs: number,
  raw: string,
  change: Partial<SipMessageRecord> = {},
): SipMessageRecord {
  return {
    id: uuidv7(),
    callId,
    legId: null,
    sipCallId: 'a@b',
    time: new Date(START_US / 1000 + afterMs).toISOString(),
    timeUs: START_US + afterMs * 1000,
    transport: 'udp',
    source: '127.0.0.1:40000',
    destination: '127.0.0.1:5060',
    direction: 'in',
    summary: raw.split('\r\n')[0] ?? '',
    method: 'INVITE',
    status: null,
    cseq: '1 INVITE',
    raw,
    ...change,
  };
}

const HEAD =
  'Via: SIP/2.0/UDP 127.0.0.1:40000;branch=z9hG4bK1\r\nFrom: <sip:1@b>;tag=1\r\nTo: <sip:2@b>\r\nCall-ID: a@b\r\nCSeq: 1 INVITE\r\n';
const INVITE = `INVITE sip:2@b SIP/2.0\r\n${HEAD}Content-Length: 0\r\n\r\n`;
const RINGING = `SIP/2.0 180 Ringing\r\n${HEAD}Content-Length: 0\r\n\r\n`;
const SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 30000 RTP/AVP 96\r\na=rtpmap:96 PCMA/8000\r\n';
const OK = `SIP/2.0 200 OK\r\n${HEAD}Content-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`;

/** What the media server leaves of a call: ten packets to its port 30000, 20 ms apart, from the third second on. */
async function recorded(callId: string): Promise<Uint8Array[]> {
  const writer = new CaptureWriter(pcap('nanoseconds'));
  const end = (port: number) => ({ address: Uint8Array.of(127, 0, 0, 1), port });
  const payloads = Array.from({ length: 10 }, (_, n) => {
    const rtp = Buffer.alloc(172, 0xd5);
    rtp.writeUInt16BE(0x8060, 0);
    rtp.writeUInt16BE(n, 2);
    rtp.writeUInt32BE(n * 160, 4);
    rtp.writeUInt32BE(0x1234, 8);
    return rtp;
  });
  const records = payloads.map((payload, n) =>
    writer.record({ from: end(41_000), to: end(30_000), payload, timeMs: START_US / 1000 + 3000 + 20 * n }),
  );
  await mkdir(join(dataDir, 'recordings'), { recursive: true });
  const file = (name: string) => join(dataDir, 'recordings', name);
  await writeFile(
    file(FILES.pcap),
    Buffer.concat([writer.header, ...records.flatMap((record) => record ?? [])]),
  );
  await writeFile(file(FILES.wav), 'RIFF and so on');
  await writeFile(file(FILES.text), 'begin: now');
  await database.store.calls.saveRecording({
    callId,
    startedAt: new Date(START_US / 1000).toISOString(),
    paused: false,
    ...FILES,
  });
  return payloads;
}

async function endedCall(): Promise<string> {
  const call = aCall();
  await database.store.calls.create(call);
  await database.store.calls.end(
    call.id,
    'completed',
    { by: 'caller', sipStatus: 200, q850Cause: 16, sentence: 'Over.' },
    call.createdAt,
  );
  return call.id;
}

const get = (path: string) => gateway.app.inject(path);

describe('the capture of a call', () => {
  it('has its SIP and its RTP in the order of time, and a reader finds every byte again', async () => {
    const id = await endedCall();
    const payloads = await recorded(id);
    await database.store.messages.add([
      message(id, 0, INVITE),
      message(id, 1000, RINGING, { source: '[::1]:5066', destination: '[::1]:50000', transport: 'ws' }),
      message(id, 2000, OK, { source: '127.0.0.1:5060', destination: '127.0.0.1:40000' }),
      message(id, 3070, INVITE.replace('INVITE sip', 'BYE sip').replace('1 INVITE', '2 BYE')),
    ]);
    const response = await get(`/api/calls/${id}/capture.pcap`);
    expect(response.headers).toMatchObject({
      'content-type': 'application/vnd.tcpdump.pcap',
      'content-disposition': `attachment; filename="call-${id}.pcap"`,
    });
    const frames = [...readPcap(response.rawPayload)];
    expect(frames).toHaveLength(14);
    const times = frames.map(({ timeMs }) => timeMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const text = frames.map(({ frame }) => Buffer.from(frame).toString('latin1'));
    expect(
      [text[0], text[1], text[2], text[7]].map((each) => /(INVITE|SIP\/2.0 \d+|BYE) /.exec(each ?? '')?.[1]),
    ).toEqual([...['INVITE', 'SIP/2.0 180', 'SIP/2.0 200', 'BYE']]);
    expect(Buffer.from(frames[3]!.frame.subarray(42))).toEqual(payloads[0]);
    if (!TSHARK) return;
    const file = join(dataDir, 'call.pcap');
    await writeFile(file, response.rawPayload);
    const shown = (...fields: string[]) =>
      execFileSync(
        'tshark',
        ['-n', '-r', file, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      )
        .toString()
        .trim()
        .split('\n');
    expect(shown('_ws.col.Protocol').filter((protocol) => /SIP/.test(protocol))).toHaveLength(4);
    // The number 96 means something through the SDP alone.
    const streams = execFileSync('tshark', ['-n', '-r', file, '-q', '-z', 'rtp,streams'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(streams.toString()).toMatch(/0x00001234 .*(PCMA|g711A)/);
  });

  it('is its SIP alone when it was not recorded, and there is none of a call that is not known', async () => {
    const id = await endedCall();
    await database.store.messages.add([message(id, 0, INVITE)]);
    expect([...readPcap((await get(`/api/calls/${id}/capture.pcap`)).rawPayload)]).toHaveLength(1);
    const silent = await endedCall();
    expect([...readPcap((await get(`/api/calls/${silent}/capture.pcap`)).rawPayload)]).toEqual([]);
    expect(await get(`/api/calls/${uuidv7()}/capture.pcap`)).toMatchObject({ statusCode: 404 });
  });
});

describe('the recording of a call', () => {
  it('is told, and its file given as it is', async () => {
    const id = await endedCall();
    expect((await get(`/api/calls/${id}/recording`)).json()).toEqual({ recording: null });
    const none = await get(`/api/calls/${id}/recording.wav`);
    expect([none.statusCode, none.json<Problem>().remedy]).toEqual([
      404,
      expect.stringContaining('RINGBACK_RECORD_CALLS'),
    ]);
    await recorded(id);
    expect((await get(`/api/calls/${id}/recording`)).json<RecordingState>().recording).toEqual({
      state: 'ended',
      startedAt: '2026-03-01T10:00:00.000Z',
      bytes: 14,
    });
    // The media server's own word, once the call is over.
    await writeFile(join(dataDir, 'recordings', FILES.text), 'begin: 2026-03-01T10:00:00.123Z\nend: later\n');
    expect((await get(`/api/calls/${id}/recording`)).json<RecordingState>().recording).toMatchObject({
      startedAt: '2026-03-01T10:00:00.123Z',
    });
    const wav = await get(`/api/calls/${id}/recording.wav`);
    expect(wav.headers).toMatchObject({ 'content-type': 'audio/wav', 'cache-control': 'no-store' });
    expect(wav.body).toBe('RIFF and so on');
    const part = await gateway.app.inject({
      url: `/api/calls/${id}/recording.wav`,
      headers: { range: 'bytes=0-3' },
    });
    expect([part.statusCode, part.body]).toEqual([206, 'RIFF']);
  });

  it('loses its files together with its records, and those of nobody else', async () => {
    const [id, other] = [await endedCall(), await endedCall()];
    await recorded(id);
    await writeFile(join(dataDir, 'recordings', 'other.wav'), '');
    const recordings = new Recordings(database.store, dataDir);
    await recordings.removeFiles([id, other]);
    await recordings.removeFiles([id]);
    expect(await readdir(join(dataDir, 'recordings'))).toEqual(['other.wav']);
    expect((await get(`/api/calls/${id}/recording`)).json()).toEqual({ recording: null });
    // A name that leads out of the folder.
    await writeFile(join(dataDir, 'precious'), '');
    await database.store.calls.saveRecording({
      callId: other,
      startedAt: new Date().toISOString(),
      paused: false,
      ...FILES,
      wav: '../precious',
    });
    await recordings.removeFiles([other]);
    await access(join(dataDir, 'precious'));
  });

  it('is begun and paused while the call is up, and at no other time', async () => {
    const put = (id: string, payload: object) =>
      gateway.app.inject({ method: 'PUT', url: `/api/calls/${id}/recording`, payload });
    const asked: unknown[] = [];
    let refusal: BusError | undefined;
    const call = aCall();
    await database.store.calls.create(call);
    expect((await put(call.id, { on: true })).json()).toMatchObject({
      status: 409,
      detail: 'The call is not answered yet.',
    });
    await database.store.calls.markAnswered(call.id, call.createdAt);
    expect(await put(call.id, { on: true })).toMatchObject({ statusCode: 503 });
    gateway.bus.serve('call.record', async (order) => {
      asked.push(order);
      if (refusal) throw refusal;
      await recorded(order.callId);
      return { on: order.on };
    });
    expect((await put(call.id, { on: true })).json<RecordingState>().recording).toMatchObject({
      state: 'running',
    });
    expect(asked).toEqual([{ callId: call.id, on: true }]);
    expect((await put(call.id, { on: 'yes' })).json()).toMatchObject({ status: 422, field: 'on' });
    refusal = new BusError('refused', 'Recording is off');
    expect((await put(call.id, { on: false })).json()).toMatchObject({
      status: 409,
      detail: 'The call cannot be recorded: Recording is off.',
      remedy: expect.any(String),
    });
    expect(await put(await endedCall(), { on: true })).toMatchObject({ statusCode: 409 });
    expect(await put(uuidv7(), { on: true })).toMatchObject({ statusCode: 404 });
  });
});

it('SDP of encrypted media says in a capture that they are in the clear, and what they were', () => {
  const body = `${SDP.replace('RTP/AVP', 'UDP/TLS/RTP/SAVPF')}a=setup:active\r\na=fingerprint:sha-256 AA\r\na=mid:0\r\n`;
  const message = `${OK.slice(0, OK.indexOf('Content-Length'))}Content-Length: ${body.length}\r\n\r\n${body}`;
  const clear = withSdpInTheClear(message);
  const note = 'a=X-ringback-capture:the media is in the clear here; it was UDP/TLS/RTP/SAVPF\r\n';
  expect(clear.slice(clear.indexOf('\r\n\r\n') + 4)).toBe(
    `${SDP.replace('RTP/AVP', 'RTP/AVPF')}a=mid:0\r\n${note}`,
  );
  const [head = '', shown = ''] = clear.split('\r\n\r\n');
  expect(head).toContain(`Content-Length: ${shown.length}`);
  expect(withSdpInTheClear(OK)).toBe(OK);
  expect(withSdpInTheClear(INVITE)).toBe(INVITE);
});

it('a key in an INFO is masked where keys are to be', () => {
  const info = (type: string, body: string) =>
    `INFO sip:2@b SIP/2.0\r\nContent-Type: ${type}\r\nCSeq: 5 INFO\r\n\r\n${body}`;
  const relay = info('application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n');
  expect(withoutKey(relay)).toBe(relay.replace('Signal=5', 'Signal=?'));
  expect(withoutKey(info('application/dtmf', '#'))).toBe(info('application/dtmf', '?'));
  const sdp = info('application/sdp', 'signal=5');
  expect(withoutKey(sdp)).toBe(sdp);
});
