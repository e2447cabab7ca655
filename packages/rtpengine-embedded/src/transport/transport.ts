import type { RemoteAudio } from '@ringback/sdp';
import type { SourceLatch } from './source-latch.ts';

/** RTP as it is, SRTP with keys from the description (RFC 4568), or ICE and DTLS-SRTP. */
export type TransportKind = 'plain' | 'sdes' | 'webrtc';

/** What a transport tells its owner. Packets are the owner's to change. */
export type TransportEvents = {
  rtp(bytes: Buffer): void;
  rtcp(bytes: Buffer): void;
  /** A packet that was not from whom it should be; `reason` when it is another than its source address. */
  stranger(reason?: string): void;
  /** This path is gone for good: ICE or DTLS failed, or the other side closed it. */
  failed(reason: string, path: MediaTransport): void;
};

/** One end of the path that ICE has chosen. */
export type CandidateEnd = {
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
};
/** `local` is ours. */
export type CandidatePair = { readonly local: CandidateEnd; readonly remote: CandidateEnd };

/** One endpoint's media path, whatever it is made of. */
export interface MediaTransport {
  readonly kind: TransportKind;
  /** Local RTP port. */
  readonly port: number;
  /** Of a path that ICE has found. */
  readonly candidatePair?: CandidatePair | undefined;
  sendRtp(bytes: Buffer): void;
  sendRtcp(bytes: Uint8Array): void;
  close(): void;
}

/** A path over two UDP sockets, RTP and RTCP, whose other end is known by signalling. */
export interface SocketTransport extends MediaTransport {
  readonly kind: 'plain' | 'sdes';
  readonly rtcpPort: number;
  readonly rtpLatch: SourceLatch;
  readonly rtcpLatch: SourceLatch;
  /** Takes the other side's description. `muxed`: RTCP goes where RTP goes (RFC 5761). */
  signal(remote: RemoteAudio, muxed: boolean): void;
}

export function hasSockets(transport: MediaTransport | undefined): transport is SocketTransport {
  return transport !== undefined && 'rtpLatch' in transport;
}

/** The transport a media line asks for; `undefined` for one that is no RTP. */
export function kindOfProtocol(protocol: string): TransportKind | undefined {
  if (protocol === 'RTP/AVP' || protocol === 'RTP/AVPF') return 'plain';
  if (protocol === 'RTP/SAVP' || protocol === 'RTP/SAVPF') return 'sdes';
  return protocol.startsWith('UDP/TLS/RTP/') ? 'webrtc' : undefined;
}
