import { type Static, Type } from 'typebox';
import { literals, Nullable, Timestamp } from './scalar.ts';

/** What an endpoint says of one source that it hears (RFC 3550 6.4.1). */
export const RtcpReportBlock = Type.Object({
  ssrc: Type.Integer(),
  /** Of the packets since its last report, in 1/256. */
  fractionLost: Type.Integer(),
  packetsLost: Type.Integer(),
  highestSequence: Type.Integer(),
  /** In units of the timestamp: 1/8000 s for G.711, 1/48000 s for Opus. */
  jitter: Type.Integer(),
  /** LSR and DLSR, from which the round trip comes. */
  lastSenderReport: Type.Integer(),
  delaySinceLastSenderReport: Type.Integer(),
});
export type RtcpReportBlock = Static<typeof RtcpReportBlock>;

/** One RTCP report that an endpoint of a call sent to the media server, from its HEP capture. */
export const RtcpReport = Type.Object({
  id: Type.String(),
  callId: Type.String(),
  /** The called leg whose exchange on the media server it belongs to; `source` tells which end sent it. */
  legId: Type.String(),
  time: Timestamp,
  /** Microseconds since the epoch. */
  timeUs: Type.Integer(),
  source: Type.String(),
  destination: Type.String(),
  kind: literals(['sender-report', 'receiver-report']),
  ssrc: Type.Integer(),
  cname: Nullable(Type.String()),
  /** What it has sent so far; null in a receiver report. */
  sent: Nullable(Type.Object({ packets: Type.Integer(), octets: Type.Integer() })),
  blocks: Type.Array(RtcpReportBlock),
});
export type RtcpReport = Static<typeof RtcpReport>;
