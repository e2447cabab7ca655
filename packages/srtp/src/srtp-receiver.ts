import { createTransform } from './create-transform.ts';
import type { SrtpFault } from './fault.ts';
import type { PacketIndex } from './packet-index.ts';
import { RTCP_HEADER, rtpHeaderLength } from './rtp-header.ts';
import { SourceTable } from './source-table.ts';
import type { PacketTransform, SrtpSessionOptions } from './transform.ts';

const E_BIT = 2 ** 31;

/**
 * Opens what comes in under one master key (RFC 3711 3.3). The replay list is asked before anything is computed, and noted
 * only after the tag was right. Throws RangeError for a key of the wrong length; never for a packet.
 */
export class SrtpReceiver {
  readonly #transform: PacketTransform;
  readonly #encryptedRtp: boolean;
  readonly #rtpSources = new SourceTable();
  readonly #rtcpSources = new SourceTable();

  constructor(options: SrtpSessionOptions) {
    this.#transform = createTransform(options);
    this.#encryptedRtp = !options.unencryptedRtp;
  }

  /** Opens in place: what comes back is a view of `packet`. */
  openRtp(packet: Buffer): Buffer | SrtpFault {
    const end = packet.length - this.#transform.rtpOverhead;
    const header = rtpHeaderLength(packet, end);
    if (header === undefined) return 'malformed';
    const ssrc = packet.readUInt32BE(8);
    const stream = this.#rtpSources.get(ssrc);
    if (!stream) return 'too-many-sources';
    const index = stream.estimate(packet.readUInt16BE(2));
    if (!stream.isFresh(index)) return 'replayed';
    const cipherFrom = this.#encryptedRtp ? header : end;
    let opened = this.#transform.openRtp(packet, cipherFrom, index);
    let accepted = index;
    if (opened === 'unauthenticated' && !stream.begun) {
      // A sender that began before we had its key, at a high sequence number, may have rolled over already.
      accepted = index + 0x10000;
      opened = this.#transform.openRtp(packet, cipherFrom, accepted);
    }
    return this.#noted(opened, this.#rtpSources, ssrc, stream, accepted);
  }

  /** Opens a compound packet in place (RFC 3711 3.4). */
  openRtcp(packet: Buffer): Buffer | SrtpFault {
    const end = packet.length - this.#transform.rtcpOverhead;
    if (end < RTCP_HEADER || packet[0]! >> 6 !== 2) return 'malformed';
    const ssrc = packet.readUInt32BE(4);
    const stream = this.#rtcpSources.get(ssrc);
    if (!stream) return 'too-many-sources';
    const indexWord = packet.readUInt32BE(this.#transform.indexWordAt(packet));
    const index = indexWord % E_BIT;
    if (!stream.isFresh(index)) return 'replayed';
    const opened = this.#transform.openRtcp(packet, indexWord >= E_BIT ? RTCP_HEADER : end, indexWord);
    return this.#noted(opened, this.#rtcpSources, ssrc, stream, index);
  }

  #noted(
    opened: Buffer | SrtpFault,
    sources: SourceTable,
    ssrc: number,
    stream: PacketIndex,
    index: number,
  ): Buffer | SrtpFault {
    if (typeof opened === 'string') return opened;
    stream.accept(index);
    sources.keep(ssrc, stream);
    return opened;
  }
}
