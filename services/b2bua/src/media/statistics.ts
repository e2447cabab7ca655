import type { ReceivedMedia } from '@ringback/contracts';

/**
 * What an NG `delete` or `query` says of the RTP that the side with this tag sent to the media server; null when the
 * reply does not know the tag or nothing arrived.
 * Loss and jitter are the media server's own count where it keeps one (`ingress SSRCs`, newer than 10.5), else what the
 * other side reported by RTCP of this stream: entries of `SSRC` belong to the reporter. Round trip and MOS only come
 * from reports. Units there: MOS times ten, round trip in microseconds, jitter in milliseconds.
 */
export function receivedMedia(reply: unknown, tag: string, otherTag: string): ReceivedMedia | null {
  const rtp = rtpStream(reply, tag);
  const stats = dictionary(rtp?.stream.stats);
  const packets = number(stats?.packets);
  if (!rtp || packets === null || packets === 0) return null;
  const ingress = mainIngress(rtp.stream);
  const quality = reportedBy(reply, rtpStream(reply, otherTag)?.stream);
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
  };
}

type Dictionary = Readonly<Record<string, unknown>>;

interface RtpStream {
  readonly media: Dictionary;
  readonly stream: Dictionary;
}

/** The first stream of the first audio line carries RTP; the second, without rtcp-mux, RTCP. */
function rtpStream(reply: unknown, tag: string): RtpStream | undefined {
  const side = dictionary(dictionary(dictionary(reply)?.tags)?.[tag]);
  const media = list(side?.medias)
    .map(dictionary)
    .find((line) => line?.type === 'audio');
  const stream = dictionary(list(media?.streams)[0]);
  return media && stream ? { media, stream } : undefined;
}

/** The SSRC under which most arrived; another one is a leftover of a stream that was replaced. */
function mainIngress(stream: Dictionary): Dictionary | undefined {
  return list(stream['ingress SSRCs'])
    .map(dictionary)
    .filter((entry) => entry !== undefined)
    .sort((a, b) => (number(b.packets) ?? 0) - (number(a.packets) ?? 0))[0];
}

function reportedBy(reply: unknown, stream: Dictionary | undefined): Dictionary | undefined {
  const reports = dictionary(dictionary(reply)?.SSRC);
  const ssrc = number(stream?.SSRC);
  return reports && ssrc !== null ? dictionary(reports[String(ssrc)]) : undefined;
}

function dictionary(value: unknown): Dictionary | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Dictionary)
    : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : null;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
