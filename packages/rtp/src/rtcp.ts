import type { NtpTime } from './ntp-time.ts';
import type { RtpTimestamp, Ssrc } from './sequence.ts';

/** What a receiver says about one source (RFC 3550 6.4.1). */
export type ReportBlock = {
  ssrc: Ssrc;
  /** Lost since the last report, in 1/256, 0..255. */
  fractionLost: number;
  /** Signed: duplicates can make it negative. Clamped to 24 bit. */
  cumulativeLost: number;
  extendedHighestSequence: number;
  /** In timestamp units. */
  jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report, 0 if there was none. */
  lastSenderReport: number;
  /** Since that report was received, in 1/65536 s. */
  delaySinceLastSenderReport: number;
};

export type SenderReport = {
  kind: 'sender-report';
  ssrc: Ssrc;
  ntp: NtpTime;
  rtpTimestamp: RtpTimestamp;
  packetCount: number;
  /** Payload bytes, without headers and padding. */
  octetCount: number;
  reports: readonly ReportBlock[];
};
export type ReceiverReport = { kind: 'receiver-report'; ssrc: Ssrc; reports: readonly ReportBlock[] };
export type SourceDescription = {
  kind: 'source-description';
  chunks: readonly { ssrc: Ssrc; cname: string }[];
};
export type Goodbye = { kind: 'goodbye'; ssrcs: readonly Ssrc[]; reason?: string };
/** Any other packet type (feedback, XR, APP, …): `body` is what follows the four header bytes. */
export type OtherRtcp = { kind: 'other'; packetType: number; count: number; body: Uint8Array };

export type RtcpPacket = SenderReport | ReceiverReport | SourceDescription | Goodbye | OtherRtcp;

/** RFC 3550 12.1. */
export const RTCP_TYPE = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  goodbye: 203,
} as const;

/** RFC 3550 12.2: the SDES item that every report carries. */
export const SDES_CNAME = 1;
