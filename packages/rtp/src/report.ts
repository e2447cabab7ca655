import { compactNtp, ntpFromUnixMs } from './ntp-time.ts';
import type { ReceiverReport, ReportBlock, SenderReport, SourceDescription } from './rtcp.ts';
import type { RtpTimestamp, Ssrc } from './sequence.ts';

/**
 * A sender report (RFC 3550 6.4.1). `unixMs` is wall-clock time and `rtpTimestamp` the media time of the same instant,
 * not the timestamp of the last packet.
 */
export function senderReport(sent: {
  ssrc: Ssrc;
  unixMs: number;
  rtpTimestamp: RtpTimestamp;
  packetCount: number;
  octetCount: number;
  reports?: readonly ReportBlock[];
}): SenderReport {
  const { ssrc, unixMs, rtpTimestamp, packetCount, octetCount, reports = [] } = sent;
  const ntp = ntpFromUnixMs(unixMs);
  return { kind: 'sender-report', ssrc, ntp, rtpTimestamp, packetCount, octetCount, reports };
}

/** A receiver report (RFC 3550 6.4.2): for who has sent nothing since the last one. */
export function receiverReport(ssrc: Ssrc, reports: readonly ReportBlock[]): ReceiverReport {
  return { kind: 'receiver-report', ssrc, reports };
}

/** The CNAME that must stand in every compound packet (RFC 3550 6.5.1). */
export function sourceDescription(ssrc: Ssrc, cname: string): SourceDescription {
  return { kind: 'source-description', chunks: [{ ssrc, cname }] };
}

/**
 * Round trip in milliseconds from a report block about what we sent: arrival - LSR - DLSR (RFC 3550 6.4.1).
 * `receivedUnixMs` is on the clock our sender reports were made with. `undefined` when the other side had no sender
 * report of ours yet, or the numbers cannot be (clock steps make the difference negative or above a minute).
 */
export function roundTripMs(block: ReportBlock, receivedUnixMs: number): number | undefined {
  if (block.lastSenderReport === 0) return undefined;
  const now = compactNtp(ntpFromUnixMs(receivedUnixMs));
  const units = (now - block.lastSenderReport - block.delaySinceLastSenderReport) | 0;
  const ms = (units / 65536) * 1000;
  // Both ends round to 1/65536 s, so on loopback the result may be a hair below zero.
  if (ms < -1 || ms > 60_000) return undefined;
  return Math.max(0, ms);
}
