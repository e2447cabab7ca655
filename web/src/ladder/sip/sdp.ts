/** `a=sendrecv` is `{type: 'a', value: 'sendrecv'}` (RFC 8866 5). */
export interface SdpLine {
  type: string;
  value: string;
}

export interface SdpMedia {
  kind: string;
  port: string;
  protocol: string;
  /** In the order of preference. */
  formats: string[];
  lines: SdpLine[];
}

export interface Sdp {
  session: SdpLine[];
  media: SdpMedia[];
}

/** Null when there is no session description in it. */
export function parseSdp(body: string): Sdp | null {
  const session: SdpLine[] = [];
  const media: SdpMedia[] = [];
  for (const text of body.split(/\r?\n/)) {
    const found = /^([a-z])=(.*)$/.exec(text.trimEnd());
    if (!found) continue;
    const [, type = '', value = ''] = found;
    if (type === 'm') media.push(mediaOf(value));
    else (media.at(-1)?.lines ?? session).push({ type, value });
  }
  return session.some(({ type }) => type === 'v') ? { session, media } : null;
}

function mediaOf(value: string): SdpMedia {
  const [kind = '', port = '', protocol = '', ...formats] = value.trim().split(/\s+/);
  return { kind, port, protocol, formats, lines: [] };
}

/** Name and value of an attribute; the value is null for a flag. */
export function attributeOf({ type, value }: SdpLine): { name: string; value: string | null } | null {
  if (type !== 'a') return null;
  const colon = value.indexOf(':');
  if (colon < 0) return { name: value.trim(), value: null };
  return { name: value.slice(0, colon).trim(), value: value.slice(colon + 1).trim() };
}

export function attributesNamed(lines: readonly SdpLine[], name: string): string[] {
  return lines.flatMap((line) => {
    const attribute = attributeOf(line);
    return attribute?.name === name ? [attribute.value ?? ''] : [];
  });
}

export const DIRECTIONS = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const;

/** RFC 8866 6.7: of the media, else of the session, else `sendrecv`. */
export function directionOf(media: SdpMedia, session: readonly SdpLine[]): string {
  const said = [...media.lines, ...session].map(attributeOf).find((each) => isDirection(each?.name));
  return said?.name ?? 'sendrecv';
}

export function isDirection(name: string | undefined): boolean {
  return (DIRECTIONS as readonly (string | undefined)[]).includes(name);
}

export interface Codec {
  payloadType: string;
  name: string;
  clockRate: string | null;
  channels: string | null;
  parameters: string | null;
}

/** RFC 3551 6: formats that need no `rtpmap`. */
const STATIC: Readonly<Record<string, [string, string]>> = {
  '0': ['PCMU', '8000'],
  '3': ['GSM', '8000'],
  '4': ['G723', '8000'],
  '8': ['PCMA', '8000'],
  '9': ['G722', '8000'],
  '13': ['CN', '8000'],
  '18': ['G729', '8000'],
};

/** The codecs of a media section, the preferred one first. */
export function codecsOf(media: SdpMedia): Codec[] {
  const maps = byPayloadType(attributesNamed(media.lines, 'rtpmap'));
  const parameters = byPayloadType(attributesNamed(media.lines, 'fmtp'));
  return media.formats.map((payloadType) => {
    const [known, knownRate] = STATIC[payloadType] ?? [payloadType, null];
    const [name = known, clockRate = knownRate, channels = null] = maps.get(payloadType)?.split('/') ?? [];
    return { payloadType, name, clockRate, channels, parameters: parameters.get(payloadType) ?? null };
  });
}

function byPayloadType(values: readonly string[]): Map<string, string> {
  return new Map(
    values.map((value) => {
      const space = value.indexOf(' ');
      return space < 0 ? [value, ''] : [value.slice(0, space), value.slice(space + 1).trim()];
    }),
  );
}
