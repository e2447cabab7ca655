import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeRtp } from '@ringback/rtp';
import { isFault, type NgDictionary, readNgFrame, writeNgFrame } from '@ringback/rtpengine-ng';
import { createLogger } from '@ringback/runtime';
import { audioOffer, PCMU, remoteAudio } from '@ringback/sdp';
import { type SupervisedOptions, type SupervisedRtpengine, startSupervisedRtpengine } from '../src/index.ts';

export const HOST = '127.0.0.1';

/** Media ports that no other test file of this machine is likely to use. */
export function mediaPorts(count = 100): { min: number; max: number } {
  const min = 30_000 + 2 * Math.floor(Math.random() * 10_000);
  return { min, max: min + count - 1 };
}

export function startEngine(options: Partial<SupervisedOptions> = {}): Promise<SupervisedRtpengine> {
  return startSupervisedRtpengine({
    host: HOST,
    ngHost: HOST,
    ngPort: 0,
    rtpPorts: mediaPorts(),
    logger: createLogger('rtpengine', 'silent'),
    ...options,
  });
}

/** Process ids of the media processes that are up. */
export function pids(engine: SupervisedRtpengine): number[] {
  return engine.processes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
}

export async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, HOST);
  await once(socket, 'listening');
  return socket;
}

let cookies = 0;

/** One NG exchange by hand, where the cookie matters. Asks again when no reply comes, as UDP clients do. */
export async function exchange(
  port: number,
  body: NgDictionary,
  cookie = `cookie-${++cookies}`,
): Promise<NgDictionary> {
  const frame = readNgFrame(await exchangeBytes(port, writeNgFrame(cookie, body)));
  if (isFault(frame) || frame.cookie !== cookie) throw new Error('not a reply');
  return frame.body;
}

export async function exchangeBytes(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket = await openSocket();
  const again = setInterval(() => socket.send(bytes, port, HOST), 500);
  socket.send(bytes, port, HOST);
  const [reply] = await once(socket, 'message');
  clearInterval(again);
  socket.close();
  return reply;
}

/** A phone's RTP socket alone. */
export class TestPhone {
  readonly socket: Socket;
  readonly heard: Buffer[] = [];
  #sequence = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (bytes) => this.heard.push(bytes));
  }

  static async open(): Promise<TestPhone> {
    return new TestPhone(await openSocket());
  }

  get port(): number {
    return this.socket.address().port;
  }

  describe(): string {
    return audioOffer({ address: HOST, port: this.port, codecs: [PCMU], sessionId: 1, version: 1 });
  }

  packet(ssrc = 77): Uint8Array {
    const sequenceNumber = ++this.#sequence;
    const payload = new Uint8Array(160).fill(0xff);
    return writeRtp({
      payloadType: 0,
      marker: false,
      sequenceNumber,
      timestamp: sequenceNumber * 160,
      ssrc,
      payload,
    });
  }

  send(bytes: Uint8Array, port: number): void {
    this.socket.send(bytes, port, HOST);
  }

  close(): void {
    this.socket.close();
  }
}

/** Alice and Bob, joined: where each of them has to send. */
export async function joinPhones(
  ngPort: number,
  callId: string,
  alice: TestPhone,
  bob: TestPhone,
): Promise<{ aliceSendsTo: number; bobSendsTo: number }> {
  const call = { 'call-id': callId, 'from-tag': 'a' };
  const offer = await exchange(ngPort, { command: 'offer', ...call, sdp: alice.describe() });
  const answer = await exchange(ngPort, { command: 'answer', ...call, 'to-tag': 'b', sdp: bob.describe() });
  return {
    bobSendsTo: remoteAudio(String(offer.sdp)).port,
    aliceSendsTo: remoteAudio(String(answer.sdp)).port,
  };
}

/** Waits for what real time brings; only a fault reaches the limit. */
export async function until(
  what: string,
  probe: () => unknown | Promise<unknown>,
  limitMs = 10_000,
): Promise<void> {
  const began = performance.now();
  while (!(await probe())) {
    if (performance.now() - began > limitMs) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
