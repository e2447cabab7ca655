/** What RFC 3550 6.3 makes the time between two reports depend on. */
export type RtcpSession = {
  /** Everybody in the session, ourselves included. */
  members: number;
  /** Those of them who have sent RTP lately. */
  senders: number;
  /** Whether we are one of the senders. */
  weSend: boolean;
  /** For all RTCP of the session: 5 % of what the media may use (6.2). */
  bytesPerSec: number;
  /** Mean size of the compound packets, with UDP and IP headers. */
  averageBytes: number;
  minimumMs: number;
};

/** RFC 3550 6.2: the shortest time between two reports of one participant under RTP/AVP. */
export const AVP_MINIMUM_MS = 5000;

/** RFC 3550 6.3.1: what the division makes up for that timer reconsideration converges below the intended average. */
const COMPENSATION = Math.E - 1.5;

/**
 * Milliseconds until the next report (RFC 3550 6.3.1, A.7), spread by `random` (0..1) over half to one and a half of the
 * computed time, so that the participants do not fall into step. RTP/AVPF has no fixed minimum (RFC 4585 3.5): `minimumMs`
 * is then what the application wants.
 */
export function rtcpIntervalMs(session: RtcpSession, random: number): number {
  const { members, senders, weSend, averageBytes, minimumMs } = session;
  let { bytesPerSec } = session;
  let sharers = members;
  // Few senders have a quarter of the bandwidth to themselves, so that their reports keep coming in a large session.
  if (senders > 0 && senders <= members / 4) {
    bytesPerSec *= weSend ? 0.25 : 0.75;
    sharers = weSend ? senders : members - senders;
  }
  const intervalMs = Math.max(minimumMs, (averageBytes * sharers * 1000) / bytesPerSec);
  return (intervalMs * (0.5 + random)) / COMPENSATION;
}
