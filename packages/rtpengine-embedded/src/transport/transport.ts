export type TransportKind = 'plain' | 'webrtc';

/** What a transport tells its owner. Packets are the owner's to change. */
export type TransportEvents = {
  rtp(bytes: Buffer): void;
  rtcp(bytes: Buffer): void;
  /** A packet that was not from whom it should be. */
  stranger(): void;
  /** This path is gone for good: ICE or DTLS failed, or the other side closed it. */
  failed(reason: string, path: MediaTransport): void;
};

/** One endpoint's media path, whatever it is made of. */
export interface MediaTransport {
  readonly kind: TransportKind;
  /** Local RTP port. */
  readonly port: number;
  sendRtp(bytes: Buffer): void;
  sendRtcp(bytes: Uint8Array): void;
  close(): void;
}

/** The transport a media line asks for; `undefined` for SRTP keyed by SDES (RFC 4568), which is not spoken here. */
export function kindOfProtocol(protocol: string): TransportKind | undefined {
  if (protocol === 'RTP/AVP' || protocol === 'RTP/AVPF') return 'plain';
  return protocol.startsWith('UDP/TLS/RTP/') ? 'webrtc' : undefined;
}
