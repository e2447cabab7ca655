import type { RemoteInfo, Socket } from 'node:dgram';
import { isRtcp } from '@ringback/rtp';
import type { RemoteAudio } from '@ringback/sdp';
import type { PortPool, SocketPair } from './port-pool.ts';
import { type Endpoint, SourceLatch } from './source-latch.ts';
import type { SocketTransport, TransportEvents } from './transport.ts';

/** RTP/AVP: two UDP sockets, symmetric RTP towards the signalled side. */
export class PlainTransport implements SocketTransport {
  readonly kind = 'plain';
  readonly port: number;
  readonly rtpLatch = new SourceLatch();
  readonly rtcpLatch = new SourceLatch();
  readonly #pool: PortPool;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  /** RFC 5761: RTCP goes out where RTP goes out. */
  #muxed = false;
  #closed = false;

  private constructor(pool: PortPool, sockets: SocketPair, events: TransportEvents) {
    this.#pool = pool;
    this.#rtp = sockets.rtp;
    this.#rtcp = sockets.rtcp;
    this.port = sockets.rtp.address().port;
    sockets.rtp.on('message', (bytes, from) => this.#receive(bytes, from, this.rtpLatch, events));
    sockets.rtcp.on('message', (bytes, from) => this.#receive(bytes, from, this.rtcpLatch, events));
    // An unreachable peer is no fault of ours; the media timeout ends such a call.
    sockets.rtp.on('error', (error) => events.failed(error.message, this));
    sockets.rtcp.on('error', (error) => events.failed(error.message, this));
  }

  static async open(pool: PortPool, events: TransportEvents): Promise<PlainTransport> {
    return new PlainTransport(pool, await pool.bindPair(), events);
  }

  get rtcpPort(): number {
    return this.port + 1;
  }

  /** Takes the other side's description: the only thing that moves a latch. */
  signal(remote: RemoteAudio, muxed = false): void {
    this.#muxed = muxed;
    this.rtpLatch.signal({ address: remote.address, port: remote.port });
    this.rtcpLatch.signal({ address: remote.rtcpAddress, port: remote.rtcpPort });
  }

  #receive(bytes: Buffer, from: RemoteInfo, latch: SourceLatch, events: TransportEvents): void {
    // A called phone may speak before its answer has been signalled: it is no stranger, but cannot be told from one yet.
    if (!latch.signalled) return;
    if (!latch.accepts(from.address, from.port)) events.stranger();
    else if (isRtcp(bytes)) events.rtcp(bytes);
    else events.rtp(bytes);
  }

  // Without a callback, since dgram calls one on a turn of its own for each packet, and drops an error (no route to the
  // host, a full buffer) when there is none: one packet less is not worth a call.
  sendRtp(bytes: Buffer): void {
    const to = this.rtpLatch.target;
    if (to && !this.#closed) this.#rtp.send(bytes, to.port, to.address);
  }

  sendRtcp(bytes: Uint8Array): void {
    const to: Endpoint | undefined = this.#muxed ? this.rtpLatch.target : this.rtcpLatch.target;
    const socket = this.#muxed ? this.#rtp : this.#rtcp;
    if (to && !this.#closed) socket.send(bytes, to.port, to.address);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pool.closePair({ rtp: this.#rtp, rtcp: this.#rtcp });
  }
}
