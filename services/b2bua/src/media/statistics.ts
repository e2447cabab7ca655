import type { ReceivedMedia } from '@ringback/contracts';
import { candidatePairOf } from './candidate-pair.ts';
import { type Dictionary, dictionary, list, number, reportsOf, rtpStream, text } from './ng-value.ts';

/**
 * What an NG `delete` or `query` says of the RTP that the side with this tag sent to the media server; null when the
 * reply does not know the tag, or nothing arrived; but where ICE has found a path to it, that is told in any case.
 * Loss and jitter are the media server's own count where it keeps one (`ingress SSRCs`, newer than 10.5), else what the
 * other side reported by RTCP of this stream: entries of `SSRC` belong to the reporter. Round trip and MOS only come
 * from reports. Units there: MOS times ten, round trip in microseconds, jitter in milliseconds.
 */
export function receivedMedia(reply: unknown, tag: string, otherTag: string): ReceivedMedia | null {
  const rtp = rtpStream(reply, tag);
  const stats = dictionary(rtp?.stream.stats);
  const packets = number(stats?.packets);
  const candidatePair = candidatePairOf(rtp?.stream);
  if (!rtp || packets === null || (packets === 0 && !candidatePair)) return null;
  const ingress = mainIngress(rtp.stream);
  const quality = reportsOf(reply, rtpStream(reply, otherTag)?.stream);
  const average = dictionary(quality?.['average MOS']);
  const roundTripUs = number(average?.['round-trip time']);
  const mos = number(average?.MOS);
  return {
    packets,
    bytes: number(stats?.bytes) ?? 0,
    packetsLost: number(ingress?.['cumulative loss']) ?? number(quality?.['cumulative loss']),
    jitterMs: number(ingress?.jitter) ?? number(average?.jitter),
    roundTripMs: roundTripUs === null ? null : roundTripUs / 1000,
    mos: mos === null ? null : mos / 10,
    codec: text(rtp.media.codec)?.split('/')[0] ?? null,
    ...(candidatePair && { candidatePair }),
  };
}

/** The SSRC under which most arrived; another one is a leftover of a stream that was replaced. */
function mainIngress(stream: Dictionary): Dictionary | undefined {
  return list(stream['ingress SSRCs'])
    .map(dictionary)
    .filter((entry) => entry !== undefined)
    .sort((a, b) => (number(b.packets) ?? 0) - (number(a.packets) ?? 0))[0];
}
