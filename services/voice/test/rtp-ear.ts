import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { decodeMulaw } from '@ringback/audio';
import { parseRtcp, parseRtp, type RtcpPacket, type RtpPacket, writeRtp } from '@ringback/rtp';

export interface Heard {
  packet: RtpPacket;
  atMs: number;
  from: RemoteInfo;
}

/** A phone's media end on real sockets: RTP and, on the next port, RTCP. */
export class RtpEar {
  readonly heard: Heard[] = [];
  readonly reports: RtcpPacket[] = [];
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #waiting = new Set<() => void>();
  #sequence = 65_530;
  #timestamp = 4_294_967_000;

  static async open(): Promise<RtpEar> {
    for (;;) {
      const rtp = createSocket('udp4').bind(0, '127.0.0.1');
      await once(rtp, 'listening');
      const rtcp = createSocket('udp4');
      const bound = once(rtcp, 'listening').then(
        () => true,
        () => false,
      );
      rtcp.bind(rtp.address().port + 1, '127.0.0.1');
      if (await bound) return new RtpEar(rtp, rtcp);
      rtp.close();
    }
  }

  private constructor(rtp: Socket, rtcp: Socket) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    rtp.on('message', (bytes, from) => {
      const packet = parseRtp(Uint8Array.from(bytes));
      if (packet) this.heard.push({ packet, atMs: performance.now(), from });
      this.#wake();
    });
    rtcp.on('message', (bytes) => {
      this.reports.push(...(parseRtcp(Uint8Array.from(bytes)) ?? []));
      this.#wake();
    });
  }

  get port(): number {
    return this.#rtp.address().port;
  }

  sdp(lines: readonly string[] = ['m=audio $ RTP/AVP 0 101', 'a=rtpmap:101 telephone-event/8000']): string {
    const media = lines.map((line) => line.replace('$', String(this.port)));
    return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...media, ''].join(
      '\r\n',
    );
  }

  /** Resolves when the condition holds; looked at whenever something arrives. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  send(port: number, packet: Partial<RtpPacket> = {}): RtpPacket {
    const whole = {
      payloadType: 0,
      marker: false,
      sequenceNumber: this.#sequence,
      timestamp: this.#timestamp,
      ssrc: 4711,
      payload: new Uint8Array(160).fill(this.#sequence & 0xff),
      ...packet,
    };
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + 160) >>> 0;
    this.#rtp.send(writeRtp(whole), port, '127.0.0.1');
    return whole;
  }

  sendRtcp(bytes: Uint8Array, port: number): void {
    this.#rtcp.send(bytes, port, '127.0.0.1');
  }

  /** Everything heard as mu-law, in the order of arrival. */
  bytes(): Uint8Array {
    return Uint8Array.from(this.heard.flatMap(({ packet }) => [...packet.payload]));
  }

  samples(): Int16Array {
    return decodeMulaw(this.bytes());
  }

  close(): void {
    this.#rtp.close();
    this.#rtcp.close();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
