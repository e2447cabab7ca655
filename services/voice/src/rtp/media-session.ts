import type { RemoteInfo } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import { decodeMulaw, g711 } from '@ringback/audio';
import { parseRtcp, parseRtp, type ReceiveSnapshot } from '@ringback/rtp';
import type { Paced, Pacer } from '@ringback/runtime';
import { type FrameSource, SILENCE } from './frame-source.ts';
import { IncomingStream } from './incoming-stream.ts';
import { Latch } from './latch.ts';
import { OutgoingStream } from './outgoing-stream.ts';
import type { PortPair, PortPairs } from './port-pair.ts';

/** What the two descriptions agreed on, as we see it. */
export interface AgreedMedia {
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  readonly codec: 'PCMU' | 'PCMA';
  readonly payloadType: number;
  readonly eventPayloadType: number | undefined;
  /** False while the other side has us on hold. */
  readonly sending: boolean;
}

/** Sender and receiver reports once a second (RFC 3550 6.2 would allow more on one call's bandwidth). */
const REPORT_FRAMES = 50;
/** Silence after the last frame, so that it is out of the listener's jitter buffer when the call ends. */
const DRAIN_FRAMES = 10;

/** The sockets and the sound of one call: speaks 20 ms at a time on the pacer's clock, or repeats what it hears. */
export class MediaSession implements Paced {
  readonly #pacer: Pacer;
  readonly #ports: PortPair;
  readonly #latch = new Latch();
  readonly #rtcpLatch = new Latch();
  readonly #outgoing = new OutgoingStream();
  #incoming = new IncomingStream(undefined);
  #agreed: AgreedMedia | undefined;
  #source: FrameSource = SILENCE;
  #mode: 'waiting' | 'playing' | 'echoing' | 'closed' = 'waiting';
  #silentFrames = 0;
  #untilReport = REPORT_FRAMES / 2;
  #onDrained: (() => void) | undefined;
  #heardAtMs = performance.now();
  /** Socket errors: the other side's port was closed, or the network is away. */
  #failures = 0;

  static async open(pacer: Pacer, ports: PortPairs): Promise<MediaSession> {
    return new MediaSession(pacer, await ports.open());
  }

  private constructor(pacer: Pacer, ports: PortPair) {
    this.#pacer = pacer;
    this.#ports = ports;
    ports.rtp.on('message', (bytes, from) => this.#receiveRtp(bytes, from));
    ports.rtcp.on('message', (bytes, from) => this.#receiveRtcp(bytes, from));
    // A port unreachable comes back as an error (ICMP); the media timeout or a BYE ends such a call.
    const failed = () => {
      this.#failures += 1;
    };
    ports.rtp.on('error', failed);
    ports.rtcp.on('error', failed);
  }

  /** Our RTP port; RTCP is on the next one. */
  get port(): number {
    return this.#ports.port;
  }

  /** Milliseconds since anything was heard from the other side, RTP or RTCP. */
  get silentForMs(): number {
    return performance.now() - this.#heardAtMs;
  }

  get statistics(): { sent: number; failures: number; received: ReceiveSnapshot | undefined } {
    return {
      sent: this.#outgoing.packetsSent,
      failures: this.#failures,
      received: this.#incoming.snapshot(),
    };
  }

  /** Where to and in which format to send from now on. */
  agree(agreed: AgreedMedia): void {
    if (agreed.eventPayloadType !== this.#agreed?.eventPayloadType)
      this.#incoming = new IncomingStream(agreed.eventPayloadType);
    this.#agreed = agreed;
    // Hold as RFC 2543 said it: there is no new place to send to.
    if (agreed.address === '0.0.0.0') return;
    this.#latch.signal({ address: agreed.address, port: agreed.port });
    this.#rtcpLatch.signal({ address: agreed.address, port: agreed.rtcpPort });
  }

  /** Sends a first packet at once and goes on; silence where the source has nothing. `drained` is told once. */
  play(source: FrameSource, drained?: () => void): void {
    if (this.#mode !== 'waiting') return;
    this.#source = source;
    this.#onDrained = drained;
    this.#begin('playing');
  }

  /** Sends back what is heard. */
  echo(): void {
    if (this.#mode === 'waiting') this.#begin('echoing');
  }

  #begin(mode: 'playing' | 'echoing'): void {
    this.#mode = mode;
    this.#heardAtMs = performance.now();
    this.#pacer.join(this);
  }

  close(): void {
    if (this.#mode === 'closed') return;
    if (this.#mode !== 'waiting') {
      this.#pacer.leave(this);
      this.#sendRtcp(this.#outgoing.goodbye(Date.now(), performance.now()));
    }
    this.#mode = 'closed';
    this.#ports.rtp.close();
    this.#ports.rtcp.close();
  }

  turn(frames: number, skipped: number): void {
    const nowMs = performance.now();
    if (this.#mode === 'playing') {
      if (skipped > 0) this.#outgoing.skip(skipped);
      for (let i = 0; i < frames; i += 1) this.#sendFrame(nowMs);
    }
    this.#untilReport -= frames + skipped;
    if (this.#untilReport > 0 || this.#mode === 'closed') return;
    this.#untilReport = REPORT_FRAMES;
    this.#sendRtcp(this.#outgoing.report(this.#incoming.reportBlocks(nowMs), Date.now(), nowMs));
  }

  #sendFrame(nowMs: number): void {
    // The frame before may have been the last, and have ended the call.
    if (this.#mode !== 'playing') return;
    const agreed = this.#agreed;
    // On hold the source waits as well: nobody would hear what it says.
    if (!agreed?.sending) {
      this.#outgoing.skip(1);
      return;
    }
    const frame = this.#source.take();
    this.#sendRtp(this.#outgoing.next(agreed.payloadType, payloadOf(frame, agreed.codec), nowMs));
    if (frame || !this.#source.ended) return;
    this.#silentFrames += 1;
    if (this.#silentFrames === DRAIN_FRAMES) this.#onDrained?.();
  }

  #receiveRtp(bytes: Uint8Array, from: RemoteInfo): void {
    const packet = parseRtp(bytes);
    if (!packet || !this.#latch.accepts(from)) return;
    const nowMs = performance.now();
    this.#heardAtMs = nowMs;
    this.#incoming.receive(packet, nowMs);
    if (this.#mode === 'echoing' && this.#agreed?.sending) this.#sendRtp(this.#outgoing.echo(packet, nowMs));
  }

  #receiveRtcp(bytes: Uint8Array, from: RemoteInfo): void {
    const packets = parseRtcp(bytes);
    if (!packets || !this.#rtcpLatch.accepts(from)) return;
    const nowMs = performance.now();
    this.#heardAtMs = nowMs;
    for (const packet of packets)
      if (packet.kind === 'sender-report') this.#incoming.senderReported(packet.ssrc, packet.ntp, nowMs);
  }

  #sendRtp(bytes: Uint8Array): void {
    const target = this.#latch.target;
    if (target) this.#ports.rtp.send(bytes, target.port, target.address);
  }

  #sendRtcp(bytes: Uint8Array): void {
    const target = this.#rtcpLatch.target;
    if (target) this.#ports.rtcp.send(bytes, target.port, target.address);
  }
}

const SILENT_PAYLOAD = {
  PCMU: new Uint8Array(160).fill(g711.PCMU.silence),
  PCMA: new Uint8Array(160).fill(g711.PCMA.silence),
};

function payloadOf(frame: Uint8Array | undefined, codec: 'PCMU' | 'PCMA'): Uint8Array {
  if (!frame) return SILENT_PAYLOAD[codec];
  return codec === 'PCMU' ? frame : g711.PCMA.encode(decodeMulaw(frame));
}
