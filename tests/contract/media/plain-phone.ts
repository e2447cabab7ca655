import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { encodeMulaw, g711, tone } from '@ringback/audio';
import {
  parseRtcp,
  parseRtp,
  ReceiveStatistics,
  type RtcpPacket,
  type RtpPacket,
  receiverReport,
  senderReport,
  sourceDescription,
  writeRtcp,
  writeRtp,
} from '@ringback/rtp';
import { audioOffer, type Codec, type Direction, PCMU, remoteAudio } from '@ringback/sdp';

const FRAME = 160;

/** SRTP between packet and wire; `open` gives nothing for a packet that is not authentic. */
export type Protection = {
  seal(bytes: Uint8Array, protocol: 'rtp' | 'rtcp'): Uint8Array;
  open(bytes: Buffer, protocol: 'rtp' | 'rtcp'): Buffer | undefined;
};

/** A phone of two UDP sockets: sends a tone in real time, keeps what it hears, speaks RTCP. */
export class PlainPhone {
  readonly port: number;
  readonly heard: RtpPacket[] = [];
  readonly reports: RtcpPacket[] = [];
  protection: Protection | undefined;
  readonly ssrc = 1 + Math.floor(Math.random() * 0xfffffff0);
  #sequence = Math.floor(Math.random() * 0xffff);
  #timestamp = Math.floor(Math.random() * 0xffffffff);
  #sent = 0;
  #target: { address: string; port: number; rtcpPort: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #statistics: ReceiveStatistics | undefined;
  #version = 0;
  readonly address: string;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;

  private constructor(address: string, rtp: Socket, rtcp: Socket) {
    this.address = address;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.port = rtp.address().port;
    rtp.on('message', (received) => {
      const bytes = this.#opened(received, 'rtp');
      const packet = bytes && parseRtp(bytes);
      if (!packet) return;
      this.heard.push(packet);
      const nowMs = performance.now();
      this.#statistics ??= new ReceiveStatistics({ ssrc: packet.ssrc, clockRate: 8000, minSequential: 1 });
      this.#statistics.receive(packet, nowMs);
    });
    rtcp.on('message', (received) => {
      const bytes = this.#opened(received, 'rtcp');
      for (const packet of (bytes && parseRtcp(bytes)) ?? []) {
        this.reports.push(packet);
        if (packet.kind === 'sender-report') this.#statistics?.senderReported(packet.ntp, performance.now());
      }
    });
  }

  static async open(address = '127.0.0.1'): Promise<PlainPhone> {
    const type = isIPv6(address) ? 'udp6' : 'udp4';
    for (let attempt = 0; attempt < 50; attempt++) {
      const rtp = createSocket(type);
      const rtcp = createSocket(type);
      rtp.bind(0, address);
      await once(rtp, 'listening');
      const { port } = rtp.address();
      const bound = port % 2 === 0 && port < 65_535 && (await bind(rtcp, port + 1, address));
      if (bound) return new PlainPhone(address, rtp, rtcp);
      rtp.close();
      rtcp.close();
    }
    throw new Error('no free pair of ports');
  }

  /** Its description; each call is a new version of it. */
  describe(
    options: { codecs?: readonly Codec[]; dtmf?: number | undefined; direction?: Direction } = {},
  ): string {
    return audioOffer({
      address: this.address,
      port: this.port,
      codecs: options.codecs ?? [PCMU],
      dtmfPayloadType: 'dtmf' in options ? options.dtmf : 101,
      direction: options.direction ?? 'sendrecv',
      sessionId: 7000,
      version: ++this.#version,
    });
  }

  /** Takes the other side's description: where it sends from now on. */
  connect(sdp: string): void {
    this.#target = remoteAudio(sdp);
  }

  get target(): { address: string; port: number; rtcpPort: number } {
    if (!this.#target) throw new Error('not connected');
    return this.#target;
  }

  /** Sends a tone until `hangUp` or `silence`; `loseEvery` 10: each tenth packet is lost. */
  play(frequencyHz: number, codec: Codec = PCMU, loseEvery = Number.POSITIVE_INFINITY): void {
    const frame = (i: number) => tone({ frequencyHz, durationMs: 20, startSample: i * FRAME });
    this.#stream(frame, codec, loseEvery);
  }

  /** Speaks the samples again and again. */
  speak(samples: Int16Array, codec: Codec = PCMU): void {
    const frames = Math.floor(samples.length / FRAME);
    const frame = (i: number) => samples.subarray((i % frames) * FRAME, ((i % frames) + 1) * FRAME);
    this.#stream(frame, codec, Number.POSITIVE_INFINITY);
  }

  /** A packet each 20 ms, by an absolute clock. */
  #stream(frame: (i: number) => Int16Array, codec: Codec, loseEvery: number): void {
    this.silence();
    const law = codec.name === 'PCMA' ? g711.PCMA : g711.PCMU;
    const beganMs = performance.now();
    let frames = 0;
    this.#timer = setInterval(() => {
      for (; frames * 20 <= performance.now() - beganMs; frames++) {
        if (frames % loseEvery === loseEvery - 1) {
          this.lose();
          continue;
        }
        this.sendFrame(law.encode(frame(frames)), codec.payloadType, frames === 0);
        if (frames % 50 === 10) this.sendReport();
      }
    }, 10);
  }

  sendFrame(payload: Uint8Array = encodeMulaw(new Int16Array(FRAME)), payloadType = 0, marker = false): void {
    this.send({ payload, payloadType, marker, timestamp: this.#timestamp });
    this.#timestamp = (this.#timestamp + FRAME) >>> 0;
  }

  /** One packet with the next sequence number. */
  send(packet: Pick<RtpPacket, 'payload' | 'payloadType' | 'marker' | 'timestamp'>): void {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#sent++;
    this.sendRaw(writeRtp({ ...packet, sequenceNumber: this.#sequence, ssrc: this.ssrc }));
  }

  /** One RTP packet, protected if this phone protects. */
  sendRaw(bytes: Uint8Array): void {
    this.sendToWire(this.protection?.seal(bytes, 'rtp') ?? bytes);
  }

  sendToWire(bytes: Uint8Array): void {
    this.#rtp.send(bytes, this.target.port, this.target.address);
  }

  #opened(bytes: Buffer, protocol: 'rtp' | 'rtcp'): Buffer | undefined {
    return this.protection ? this.protection.open(bytes, protocol) : bytes;
  }

  /** Leaves a gap as a lost packet does. */
  lose(): void {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + FRAME) >>> 0;
  }

  get timestamp(): number {
    return this.#timestamp;
  }

  sendReport(): void {
    const reports = this.#statistics ? [this.#statistics.report(performance.now())] : [];
    const report =
      this.#sent === 0
        ? receiverReport(this.ssrc, reports)
        : senderReport({
            ssrc: this.ssrc,
            unixMs: performance.timeOrigin + performance.now(),
            rtpTimestamp: this.#timestamp,
            packetCount: this.#sent,
            octetCount: this.#sent * FRAME,
            reports,
          });
    const bytes = writeRtcp([report, sourceDescription(this.ssrc, 'phone')]);
    const sealed = this.protection?.seal(bytes, 'rtcp') ?? bytes;
    this.#rtcp.send(sealed, this.target.rtcpPort, this.target.address);
  }

  /** The last `ms` of what it heard, as samples in the order of arrival. */
  samples(ms: number, codec: Codec = PCMU): Int16Array {
    const packets = this.heard.filter((packet) => packet.payloadType === codec.payloadType).slice(-ms / 20);
    const law = codec.name === 'PCMA' ? g711.PCMA : g711.PCMU;
    return Int16Array.from(packets.flatMap((packet) => [...law.decode(packet.payload)]));
  }

  silence(): void {
    clearInterval(this.#timer);
  }

  hangUp(): void {
    this.silence();
    this.#rtp.close();
    this.#rtcp.close();
  }
}

async function bind(socket: Socket, port: number, address: string): Promise<boolean> {
  const listening = once(socket, 'listening').then(
    () => true,
    () => false,
  );
  socket.bind(port, address);
  return listening;
}
