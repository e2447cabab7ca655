import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isFault, type NgDictionary, readNgFrame, writeNgFrame } from '@ringback/rtpengine-ng';
import { audioOffer, PCMU, remoteAudio } from '@ringback/sdp';

export const HOST = '127.0.0.1';
const ASK_AGAIN_MS = 500;
const GIVE_UP_MS = 10_000;

export async function openSocket(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: literalLookup, recvBufferSize: 1 << 20 });
  const listening = once(socket, 'listening');
  socket.bind(0, HOST);
  await listening;
  return socket;
}

/** Addresses are literals here: no DNS thread, no closure that waits for one. */
export function literalLookup(
  hostname: string,
  _family: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, hostname, 4);
}

/** The NG protocol over UDP, as a client. */
export class NgControl {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #waiting = new Map<string, (reply: NgDictionary) => void>();
  #cookies = 0;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on('message', (bytes) => {
      const frame = readNgFrame(bytes);
      if (isFault(frame)) throw new Error(`NG: ${frame.reason}`);
      this.#waiting.get(frame.cookie)?.(frame.body);
    });
  }

  static async open(port: number): Promise<NgControl> {
    return new NgControl(await openSocket(), port);
  }

  /** Throws on a reply that is an error, or when there is none. */
  async command(body: NgDictionary): Promise<NgDictionary> {
    const cookie = `bench-${process.pid}-${++this.#cookies}`;
    const bytes = writeNgFrame(cookie, body);
    const send = () => this.#socket.send(bytes, this.#port, HOST);
    const again = setInterval(send, ASK_AGAIN_MS);
    const asked = new Promise<NgDictionary>((resolve, reject) => {
      this.#waiting.set(cookie, resolve);
      setTimeout(() => reject(new Error(`NG: no reply to ${body.command}`)), GIVE_UP_MS).unref();
    });
    send();
    try {
      const reply = await asked;
      if (reply.result === 'error') throw new Error(`NG: ${reply['error-reason']}`);
      return reply;
    } finally {
      clearInterval(again);
      this.#waiting.delete(cookie);
    }
  }

  /** Joins two plain phones by their ports; gives back where each of them has to send. */
  async join(callId: string, caller: number, callee: number): Promise<{ caller: number; callee: number }> {
    const call = { 'call-id': callId, 'from-tag': 'caller' };
    const offer = await this.command({ command: 'offer', ...call, sdp: phoneSdp(caller) });
    const answer = await this.command({
      command: 'answer',
      ...call,
      'to-tag': 'callee',
      sdp: phoneSdp(callee),
    });
    return { caller: portIn(answer), callee: portIn(offer) };
  }

  close(): void {
    this.#socket.close();
  }
}

export function phoneSdp(port: number): string {
  return audioOffer({ address: HOST, port, codecs: [PCMU], sessionId: 1, version: 1 });
}

function portIn(reply: NgDictionary): number {
  return remoteAudio(String(reply.sdp)).port;
}
