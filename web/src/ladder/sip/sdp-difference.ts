import type { Difference } from './difference.ts';
import { attributeOf, directionOf, isDirection, type Sdp, type SdpLine, type SdpMedia } from './sdp.ts';

/** Session lines and attributes, m-line by m-line. The order of attributes means nothing, that of formats does. */
export function sdpDifference(left: Sdp, right: Sdp): Difference[] {
  const count = Math.max(left.media.length, right.media.length);
  return [
    ...byName('SDP session', saidBy(left.session), saidBy(right.session)),
    ...Array.from({ length: count }, (_, index) => mediaDifference(index, left, right)).flat(),
  ];
}

function mediaDifference(index: number, left: Sdp, right: Sdp): Difference[] {
  const [ours, theirs] = [left.media[index], right.media[index]];
  const place = `SDP ${index + 1} ${ours?.kind ?? theirs?.kind ?? ''}`;
  if (!ours || !theirs) {
    return [
      { place, name: 'm=', left: ours ? mediaLine(ours) : null, right: theirs ? mediaLine(theirs) : null },
    ];
  }
  return byName(place, saidByMedia(ours, left.session), saidByMedia(theirs, right.session));
}

function mediaLine({ kind, port, protocol, formats }: SdpMedia): string {
  return [kind, port, protocol, ...formats].join(' ');
}

/** Each thing that is said by its name, with all its values. */
type Said = Map<string, string[]>;

function saidByMedia(media: SdpMedia, session: readonly SdpLine[]): Said {
  const { kind, port, protocol, formats } = media;
  return new Map([
    ['m= kind', [kind]],
    ['m= port', [port]],
    ['m= protocol', [protocol.toUpperCase()]],
    ['m= formats', [formats.join(' ')]],
    // Said, taken from the session or left to its default: it is the same (RFC 8866 6.7).
    ['direction', [directionOf(media, session)]],
    ...saidBy(media.lines),
  ]);
}

function saidBy(lines: readonly SdpLine[]): Said {
  const said: Said = new Map();
  for (const [name, value] of lines.flatMap(namedValues)) said.set(name, [...(said.get(name) ?? []), value]);
  return said;
}

/** RFC 8866 5.2. */
const ORIGIN = ['user', 'session', 'version', 'net', 'address type', 'address'];

function namedValues(line: SdpLine): [string, string][] {
  const { type, value } = line;
  if (type === 'o') return value.split(/\s+/).map((field, index) => [`o= ${ORIGIN[index] ?? index}`, field]);
  const attribute = attributeOf(line);
  if (!attribute) return [[`${type}=`, value.trim().replace(/\s+/g, ' ')]];
  if (isDirection(attribute.name)) return [];
  return [attributeValue(attribute.name, attribute.value)];
}

function attributeValue(name: string, value: string | null): [string, string] {
  if (value === null) return [`a=${name}`, 'present'];
  const [first = '', ...rest] = value.split(/\s+/);
  if (name === 'rtpmap') return [`a=rtpmap:${first}`, rest.join(' ').toLowerCase()];
  // The parameters of a format have no order.
  if (name === 'fmtp')
    return [
      `a=fmtp:${first}`,
      rest
        .join(' ')
        .split(/\s*;\s*/)
        .sort()
        .join(';'),
    ];
  if (name === 'ssrc') return [`a=ssrc:${first}`, rest.join(' ')];
  if (name === 'candidate' || name === 'fingerprint') return [`a=${name}`, value.toLowerCase()];
  return [`a=${name}`, [first, ...rest].join(' ')];
}

function byName(place: string, left: Said, right: Said): Difference[] {
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) =>
    valueSets(place, name, left.get(name) ?? [], right.get(name) ?? []),
  );
}

function valueSets(
  place: string,
  name: string,
  left: readonly string[],
  right: readonly string[],
): Difference[] {
  const rest = [...right];
  const onlyLeft = left.filter((value) => {
    const at = rest.indexOf(value);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  const count = Math.max(onlyLeft.length, rest.length);
  return Array.from({ length: count }, (_, index) => ({
    place,
    name,
    left: onlyLeft[index] ?? null,
    right: rest[index] ?? null,
  }));
}
