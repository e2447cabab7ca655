import {
  attributeOf,
  attributesNamed,
  type Codec,
  codecsOf,
  directionOf,
  isDirection,
  type Sdp,
  type SdpLine,
  type SdpMedia,
} from './sdp.ts';

export interface SdpFact {
  name: string;
  value: string;
}

/** One m-line as a table shows it. */
export interface SdpSection {
  title: string;
  facts: SdpFact[];
  codecs: Codec[];
  /** What the table has no words for, as it was written. */
  others: string[];
}

/** A session description in words, m-line by m-line. */
export function sdpTable(sdp: Sdp): SdpSection[] {
  return sdp.media.map((media, index) => sectionOf(media, sdp.session, index));
}

function sectionOf(media: SdpMedia, session: readonly SdpLine[], index: number): SdpSection {
  const lines = [...media.lines, ...session];
  const facts = [
    fact('Address', addressOf(media, lines)),
    fact('Protocol', protocolWords(media.protocol)),
    // RFC 3264 6: a media stream with the port 0 is refused.
    fact('Direction', media.port === '0' ? 'refused (port 0)' : directionOf(media, session)),
    fact('Packet time', withUnit(attributesNamed(lines, 'ptime')[0], 'ms')),
    fact('ICE', iceWords(lines)),
    ...attributesNamed(lines, 'candidate').map((value) => fact('Candidate', candidateWords(value))),
    fact('Keys', keyWords(lines)),
    fact('RTCP', rtcpWords(media, lines)),
  ];
  return {
    title: `${index + 1} · ${media.kind}`,
    facts: facts.filter((each) => each !== null),
    codecs: codecsOf(media),
    others: othersOf(media),
  };
}

function fact(name: string, value: string | null): SdpFact | null {
  return value === null ? null : { name, value };
}

function addressOf({ port }: SdpMedia, lines: readonly SdpLine[]): string {
  const connection = lines.find(({ type }) => type === 'c')?.value.split(/\s+/)[2];
  return connection ? `${connection}:${port}` : `port ${port}`;
}

function protocolWords(protocol: string): string {
  if (/^UDP\/TLS\/RTP\/SAVPF?$/i.test(protocol)) return `${protocol} (SRTP, keys by DTLS)`;
  if (/SAVPF?$/i.test(protocol)) return `${protocol} (SRTP)`;
  return /^RTP\/AVPF?$/i.test(protocol) ? `${protocol} (in the clear)` : protocol;
}

function withUnit(value: string | undefined, unit: string): string | null {
  return value === undefined ? null : `${value} ${unit}`;
}

/** RFC 8839. */
function iceWords(lines: readonly SdpLine[]): string | null {
  const fragment = attributesNamed(lines, 'ice-ufrag')[0];
  if (fragment === undefined) return null;
  const candidates = attributesNamed(lines, 'candidate').length;
  const options = attributesNamed(lines, 'ice-options')[0];
  return [
    attributesNamed(lines, 'ice-lite').length > 0 ? 'lite' : 'full',
    `${candidates} ${candidates === 1 ? 'candidate' : 'candidates'}`,
    ...(options ? [options] : []),
    `user ${fragment}`,
  ].join(' · ');
}

/** `host udp 192.0.2.1:4000`, and where it comes from (RFC 8839 5.1). */
function candidateWords(value: string): string {
  const [, component, protocol = '', , address, port, , type = '', ...rest] = value.split(/\s+/);
  const related = /raddr (\S+) rport (\S+)/.exec(rest.join(' '));
  const base = related ? ` from ${related[1]}:${related[2]}` : '';
  return `${type} ${protocol.toLowerCase()} ${address}:${port}${base}${component === '2' ? ' (RTCP)' : ''}`;
}

/** RFC 8122 and RFC 4145 (DTLS), or RFC 4568 (SDES). */
function keyWords(lines: readonly SdpLine[]): string | null {
  const fingerprint = attributesNamed(lines, 'fingerprint')[0];
  const setup = attributesNamed(lines, 'setup')[0];
  if (fingerprint) return `DTLS${setup ? ` ${setup}` : ''} · ${fingerprint}`;
  const suites = attributesNamed(lines, 'crypto').map((value) => value.split(/\s+/)[1] ?? value);
  return suites.length > 0 ? `SDES · ${suites.join(', ')}` : null;
}

function rtcpWords(media: SdpMedia, lines: readonly SdpLine[]): string | null {
  if (attributesNamed(lines, 'rtcp-mux').length > 0) return 'on the port of RTP';
  const port = attributesNamed(media.lines, 'rtcp')[0];
  return port ? `port ${port}` : null;
}

const TOLD = ['rtpmap', 'fmtp', 'ptime', 'candidate', 'fingerprint', 'setup', 'crypto', 'rtcp-mux', 'rtcp'];

function othersOf(media: SdpMedia): string[] {
  return media.lines.flatMap((line) => {
    const attribute = attributeOf(line);
    if (!attribute) return line.type === 'c' ? [] : [`${line.type}=${line.value}`];
    const { name } = attribute;
    const told = TOLD.includes(name) || name.startsWith('ice-') || isDirection(name);
    return told ? [] : [`a=${line.value}`];
  });
}
