/**
 * How well `play media` keeps time: so many calls hear a file at once. Run: npm run bench:playing -- [--streams 50,500,1000]
 * [--seconds 20]
 *
 * 50 of them are timed where they arrive. The others go to sockets that nobody reads: a program that reads 50,000 packets a
 * second beside the engine on two cores would time itself. How many are sent is counted by the engine, and checked for those
 * that are heard by their sequence numbers.
 *
 * A row is good when packets sent are 0.1 % of what was due or nearer, and the 99th percentile of |spacing − 20 ms| is 4 ms or
 * less; ends with 0 when all rows are.
 */
import { fork } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bytesOfSamples, tone, writeWav } from '@ringback/audio';
import { sequenceDistance } from '@ringback/rtp';
import { startSupervisedRtpengine } from '@ringback/rtpengine-embedded';
import { type NgCallStatistics, type NgDictionary, readNgFrame, writeNgFrame } from '@ringback/rtpengine-ng';
import { createLogger } from '@ringback/runtime';
import { audioOffer, PCMU } from '@ringback/sdp';
import { cpuMs } from './load/process-figures.ts';

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '50,500,1000' },
    seconds: { type: 'string', default: '20' },
  },
});
const seconds = Number(values.seconds);
const HOST = '127.0.0.1';
const PERIOD_MS = 20;
/** Streams that are heard, each by a socket of its own. */
const HEARD = 50;
/** Sockets for all the others. */
const UNREAD = 20;
/** Between the first packet of the last stream and the count. */
const SETTLE_MS = 1000;
const EXCHANGES_AT_ONCE = 20;

async function openSocket(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 8 * 1024 * 1024 });
  socket.bind(0, HOST);
  await once(socket, 'listening');
  return socket;
}

type Stream = { packets: number; sequenceNumber: number; lastMs: number };

class Ears {
  readonly #sockets: Socket[] = [];
  readonly streams = new Map<number, Stream>();
  /** Of packets counted, the first `counted` of it. */
  readonly deviationsMs: Float32Array;
  counted = 0;
  counting = false;

  constructor() {
    this.deviationsMs = new Float32Array(HEARD * (seconds + 5) * (1000 / PERIOD_MS));
  }

  async open(): Promise<void> {
    for (let i = 0; i < HEARD; i++) {
      const socket = await openSocket();
      socket.on('message', (bytes) => this.#hear(bytes.readUInt32BE(8), bytes.readUInt16BE(2)));
      this.#sockets.push(socket);
    }
  }

  port(call: number): number {
    return this.#sockets[call]!.address().port;
  }

  /** Packets that the sockets of this process lost were sent all the same: the sequence numbers tell. */
  #hear(ssrc: number, sequenceNumber: number): void {
    const nowMs = performance.now();
    const stream = this.streams.get(ssrc);
    if (!stream) {
      this.streams.set(ssrc, { packets: 0, sequenceNumber, lastMs: nowMs });
      return;
    }
    const lost = sequenceDistance(stream.sequenceNumber, sequenceNumber) !== 1;
    if (this.counting) {
      stream.packets += sequenceDistance(stream.sequenceNumber, sequenceNumber);
      if (!lost) this.deviationsMs[this.counted++] = Math.abs(nowMs - stream.lastMs - PERIOD_MS);
    }
    stream.sequenceNumber = sequenceNumber;
    stream.lastMs = nowMs;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

class Control {
  readonly #waiting = new Map<string, (reply: NgDictionary) => void>();
  readonly #socket: Socket;
  readonly #port: number;
  #cookies = 0;

  constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on('message', (bytes) => {
      const frame = readNgFrame(bytes);
      if ('body' in frame) this.#waiting.get(frame.cookie)?.(frame.body);
    });
  }

  async send(body: NgDictionary): Promise<NgDictionary> {
    const cookie = `c${++this.#cookies}`;
    const reply = await new Promise<NgDictionary>((resolve) => {
      this.#waiting.set(cookie, resolve);
      this.#socket.send(writeNgFrame(cookie, body), this.#port, HOST);
    });
    this.#waiting.delete(cookie);
    if (reply.result !== 'ok') throw new Error(`${body.command}: ${reply['error-reason']}`);
    return reply;
  }

  close(): void {
    this.#socket.close();
  }
}

/** How many packets each call's listener was sent, and when that was asked. */
async function sentTo(control: Control, streams: number): Promise<{ packets: number; atMs: number }[]> {
  const counts: { packets: number; atMs: number }[] = [];
  for (let call = 0; call < streams; call++) {
    const reply = await control.send({ command: 'query', 'call-id': `play-${call}` });
    const { tags } = reply as unknown as NgCallStatistics;
    counts.push({ packets: tags.a?.medias[0]?.streams[0]?.stats_out.packets ?? 0, atMs: performance.now() });
  }
  return counts;
}

async function measure(streams: number, file: string): Promise<boolean> {
  const rtpPorts = { min: 20_000, max: 20_000 + 4 * streams + 9 };
  const logger = createLogger('rtpengine', 'warn');
  const engine = await startSupervisedRtpengine({ host: HOST, ngHost: HOST, ngPort: 0, rtpPorts, logger });
  const control = new Control(await openSocket(), engine.ngPort);
  const ears = new Ears();
  await ears.open();
  const unread = fork(new URL('media/unread-sockets.ts', import.meta.url), { execArgv: ['--import', 'tsx'] });
  unread.send(UNREAD);
  const [unreadPorts] = (await once(unread, 'message')) as [number[]];
  const portOf = (call: number) => (call < HEARD ? ears.port(call) : unreadPorts[call % UNREAD]!);
  const sdp = (port: number) => audioOffer({ address: HOST, port, codecs: [PCMU], sessionId: 1, version: 1 });
  const setUp = async (call: number) => {
    const id = { 'call-id': `play-${call}`, 'from-tag': 'a' };
    await control.send({ command: 'offer', ...id, sdp: sdp(portOf(call)) });
    await control.send({ command: 'answer', ...id, 'to-tag': 'b', sdp: sdp(9) });
    await control.send({ command: 'play media', ...id, file, 'repeat-times': 1000 });
  };
  for (let call = 0; call < streams; call += EXCHANGES_AT_ONCE) {
    const until = Math.min(streams, call + EXCHANGES_AT_ONCE);
    await Promise.all(Array.from({ length: until - call }, (_, i) => setUp(call + i)));
  }
  while (ears.streams.size < Math.min(HEARD, streams)) await sleep(100);
  const before = await sentTo(control, streams);
  await sleep(SETTLE_MS);
  const pid = engine.processes[0]!.pid!;
  const cpuBeforeMs = cpuMs(pid);
  const beganMs = performance.now();
  ears.counting = true;
  await sleep(seconds * 1000);
  ears.counting = false;
  const elapsedMs = performance.now() - beganMs;
  const usedMs = cpuMs(pid) - cpuBeforeMs;
  const after = await sentTo(control, streams);
  // One that fell silent before the count belongs to a port's earlier owner.
  const counted = [...ears.streams.values()].map(({ packets }) => packets).filter((packets) => packets > 0);
  const heard = counted.reduce((sum, packets) => sum + packets, 0);
  const heardShare = (100 * heard) / ((elapsedMs / PERIOD_MS) * counted.length);
  const sent = after.reduce((sum, { packets }, call) => sum + packets - before[call]!.packets, 0);
  const due = after.reduce((sum, { atMs }, call) => sum + (atMs - before[call]!.atMs) / PERIOD_MS, 0);
  const deviations = ears.deviationsMs.subarray(0, ears.counted).sort();
  const p99 = deviations[Math.floor(deviations.length * 0.99)]!;
  const cpuPercent = (100 * usedMs) / elapsedMs / streams;
  const share = (100 * sent) / due;
  const good = Math.abs(share - 100) <= 0.1 && Math.abs(heardShare - 100) <= 0.1 && p99 <= 4;
  console.log(
    `${streams} streams: ${sent} packets, ${share.toFixed(3)} % of ${Math.round(due)} (heard: ${heardShare.toFixed(3)} %); |spacing - 20 ms| p99 ` +
      `${p99.toFixed(2)} ms; ${cpuPercent.toFixed(3)} % of a core per stream ${good ? '' : '  MISSED'}`,
  );
  ears.close();
  unread.kill('SIGKILL');
  control.close();
  await engine.close();
  return good;
}

const folder = await mkdtemp(join(tmpdir(), 'ringback-playing-'));
const file = join(folder, 'tone.wav');
const data = bytesOfSamples(tone({ frequencyHz: 440, durationMs: 10_000 }));
await writeFile(file, writeWav({ format: 'pcm16', sampleRate: 8000, channels: 1, data }));
const rows: boolean[] = [];
for (const streams of values.streams.split(',').map(Number)) rows.push(await measure(streams, file));
await rm(folder, { recursive: true });
process.exitCode = rows.every(Boolean) ? 0 : 1;
