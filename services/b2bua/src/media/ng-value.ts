// What a reply of the media server holds is read with care: versions differ in what they tell.

export type Dictionary = Readonly<Record<string, unknown>>;

export function dictionary(value: unknown): Dictionary | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Dictionary)
    : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Not negative. */
export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : null;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export interface RtpStream {
  readonly media: Dictionary;
  readonly stream: Dictionary;
}

/** What the reply says of the party with this tag. */
export function party(reply: unknown, tag: string): Dictionary | undefined {
  return dictionary(dictionary(dictionary(reply)?.tags)?.[tag]);
}

/** The first stream of the first audio line carries RTP; the second, without rtcp-mux, RTCP. */
export function rtpStream(reply: unknown, tag: string): RtpStream | undefined {
  const media = list(party(reply, tag)?.medias)
    .map(dictionary)
    .find((line) => line?.type === 'audio');
  const stream = dictionary(list(media?.streams)[0]);
  return media && stream ? { media, stream } : undefined;
}

/** RTCP reports of the party that sends this stream. */
export function reportsOf(reply: unknown, stream: Dictionary | undefined): Dictionary | undefined {
  const reports = dictionary(dictionary(reply)?.SSRC);
  const ssrc = number(stream?.SSRC);
  return reports && ssrc !== null ? dictionary(reports[String(ssrc)]) : undefined;
}
