import type { RemoteAudio } from '@ringback/sdp';
import {
  isSrtpFault,
  type SrtpFault,
  SrtpReceiver,
  SrtpSender,
  type SrtpSessionOptions,
  sameSession,
} from '@ringback/srtp';
import { PlainTransport } from './plain-transport.ts';
import type { PortPool } from './port-pool.ts';
import type { SourceLatch } from './source-latch.ts';
import type { SocketTransport, TransportEvents } from './transport.ts';

/** RTP/SAVP: the plain path, with every packet protected by the keys that both descriptions told (RFC 4568). */
export class SrtpTransport implements SocketTransport {
  readonly kind = 'sdes';
  readonly #plain: PlainTransport;
  #sending: { options: SrtpSessionOptions; sender: SrtpSender } | undefined;
  #receiving: { options: SrtpSessionOptions; receiver: SrtpReceiver } | undefined;

  private constructor(plain: PlainTransport) {
    this.#plain = plain;
  }

  static async open(pool: PortPool, events: TransportEvents): Promise<SrtpTransport> {
    const opened = (open: (receiver: SrtpReceiver) => Buffer | SrtpFault, pass: (bytes: Buffer) => void) => {
      // Before the answer brought its key, nothing can be told of a packet.
      const receiver = transport.#receiving?.receiver;
      if (!receiver) return;
      const bytes = open(receiver);
      if (isSrtpFault(bytes)) events.stranger(`SRTP ${bytes}`);
      else pass(bytes);
    };
    const plain = await PlainTransport.open(pool, {
      rtp: (bytes) =>
        opened(
          (receiver) => receiver.openRtp(bytes),
          (packet) => events.rtp(packet),
        ),
      rtcp: (bytes) =>
        opened(
          (receiver) => receiver.openRtcp(bytes),
          (packet) => events.rtcp(packet),
        ),
      stranger: (reason) => events.stranger(reason),
      failed: (reason) => events.failed(reason, transport),
    });
    const transport = new SrtpTransport(plain);
    return transport;
  }

  /** New keys, each for its direction. The same again keep their rollover counter and replay list. */
  useKeys(ours: SrtpSessionOptions, theirs: SrtpSessionOptions): void {
    if (!this.#sending || !sameSession(this.#sending.options, ours)) {
      this.#sending = { options: ours, sender: new SrtpSender(ours) };
    }
    if (!this.#receiving || !sameSession(this.#receiving.options, theirs)) {
      this.#receiving = { options: theirs, receiver: new SrtpReceiver(theirs) };
    }
  }

  get port(): number {
    return this.#plain.port;
  }

  get rtcpPort(): number {
    return this.#plain.rtcpPort;
  }

  get rtpLatch(): SourceLatch {
    return this.#plain.rtpLatch;
  }

  get rtcpLatch(): SourceLatch {
    return this.#plain.rtcpLatch;
  }

  signal(remote: RemoteAudio, muxed: boolean): void {
    this.#plain.signal(remote, muxed);
  }

  sendRtp(bytes: Buffer): void {
    // A fault is a packet that came twice from the other side, or too late: under these keys it is never sent again.
    const sealed = this.#sending?.sender.protectRtp(bytes);
    if (sealed && !isSrtpFault(sealed)) this.#plain.sendRtp(sealed);
  }

  sendRtcp(bytes: Uint8Array): void {
    const sealed = this.#sending?.sender.protectRtcp(bytes);
    if (sealed && !isSrtpFault(sealed)) this.#plain.sendRtcp(sealed);
  }

  close(): void {
    this.#plain.close();
  }
}
