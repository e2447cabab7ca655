import { createTransform } from './create-transform.ts';
import type { SrtpFault } from './fault.ts';
import { RTCP_HEADER, rtpHeaderLength } from './rtp-header.ts';
import { SourceTable } from './source-table.ts';
import type { PacketTransform, SrtpSessionOptions } from './transform.ts';

const MAX_RTP_INDEX = 2 ** 48;
const MAX_RTCP_INDEX = 2 ** 31;
const E_BIT = 2 ** 31;

/** Protects what goes out under one master key (RFC 3711). Throws RangeError for a key of the wrong length. */
export class SrtpSender {
  readonly #transform: PacketTransform;
  readonly #encryptsRtp: boolean;
  readonly #encryptsRtcp: boolean;
  readonly #sources = new SourceTable();
  #nextRtcpIndex = 0;

  constructor(options: SrtpSessionOptions) {
    this.#transform = createTransform(options);
    this.#encryptsRtp = !options.unencryptedRtp;
    this.#encryptsRtcp = !options.unencryptedRtcp;
  }

  /** A new buffer with the protected packet; `packet` stays as it is. */
  protectRtp(packet: Buffer): Buffer | SrtpFault {
    const header = rtpHeaderLength(packet, packet.length);
    if (header === undefined) return 'malformed';
    const ssrc = packet.readUInt32BE(8);
    const stream = this.#sources.get(ssrc);
    if (!stream) return 'too-many-sources';
    const index = stream.estimate(packet.readUInt16BE(2));
    if (index >= MAX_RTP_INDEX) return 'key-exhausted';
    if (!stream.isFresh(index)) return 'replayed';
    stream.accept(index);
    this.#sources.keep(ssrc, stream);
    return this.#transform.protectRtp(packet, this.#encryptsRtp ? header : packet.length, index);
  }

  /** A new buffer with the protected compound packet (RFC 3711 3.4). */
  protectRtcp(packet: Uint8Array): Buffer | SrtpFault {
    if (packet.length < RTCP_HEADER) return 'malformed';
    if (this.#nextRtcpIndex >= MAX_RTCP_INDEX) return 'key-exhausted';
    const index = this.#nextRtcpIndex++;
    return this.#encryptsRtcp
      ? this.#transform.protectRtcp(packet, RTCP_HEADER, E_BIT + index)
      : this.#transform.protectRtcp(packet, packet.length, index);
  }
}
