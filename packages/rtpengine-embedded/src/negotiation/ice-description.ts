import { isIP } from 'node:net';
import type { Sdp, SdpMedia } from '@ringback/sdp';
import { Refusal } from '../control/refusal.ts';

export type IceCandidate = {
  foundation: string;
  address: string;
  port: number;
  priority: number;
  type: 'host' | 'srflx' | 'prflx' | 'relay';
};
export type DtlsSetup = 'actpass' | 'active' | 'passive';

/** One side of ICE and DTLS as it stands in a description (RFC 8839, RFC 8842). */
export type IceDescription = {
  ufrag: string;
  pwd: string;
  fingerprint: { type: string; hash: string };
  setup: DtlsSetup;
  candidates: readonly IceCandidate[];
};

const FINGERPRINT_BYTES: Readonly<Record<string, number>> = {
  'sha-1': 20,
  'sha-224': 28,
  'sha-256': 32,
  'sha-384': 48,
  'sha-512': 64,
};
const MAX_CANDIDATES = 32;

/**
 * Reads and checks everything that is going to reach the native library, which may abort the process on text it does not
 * like. Throws Refusal. TCP and mDNS candidates are left out: the browser's checks come to us in any case.
 */
export function readIce(sdp: Sdp, media: SdpMedia): IceDescription {
  const ufrag = String(media.iceUfrag ?? sdp.iceUfrag ?? '');
  const pwd = String(media.icePwd ?? sdp.icePwd ?? '');
  // RFC 8839 5.4: 4..256 and 22..256 ice-chars.
  if (!/^[\w+/-]{4,256}$/.test(ufrag) || !/^[\w+/-]{22,256}$/.test(pwd)) {
    throw new Refusal('Failed to parse SDP: no usable ICE credentials');
  }
  return {
    ufrag,
    pwd,
    fingerprint: readFingerprint(media.fingerprint ?? sdp.fingerprint),
    setup: readSetup(media.setup ?? sdp.setup),
    candidates: (media.candidates ?? []).slice(0, MAX_CANDIDATES).flatMap(readCandidate),
  };
}

function readFingerprint(
  fingerprint: { type: string; hash: string } | undefined,
): IceDescription['fingerprint'] {
  const type = fingerprint?.type.toLowerCase() ?? '';
  const bytes = FINGERPRINT_BYTES[type];
  const hash = fingerprint?.hash ?? '';
  if (!bytes || hash.length !== bytes * 3 - 1 || !/^([0-9A-Fa-f]{2}(:|$))+$/.test(hash)) {
    throw new Refusal('Failed to parse SDP: no usable DTLS fingerprint');
  }
  return { type, hash: hash.toUpperCase() };
}

function readSetup(setup: string | undefined): DtlsSetup {
  if (setup === 'active' || setup === 'passive') return setup;
  return 'actpass';
}

function readCandidate(candidate: NonNullable<SdpMedia['candidates']>[number]): IceCandidate[] {
  const { component, transport, ip, port, type } = candidate;
  const priority = Number(candidate.priority);
  // A zone (fe80::1%eth0) means something on its own machine only.
  const isAddress = isIP(String(ip)) !== 0 && !String(ip).includes('%');
  if (component !== 1 || transport.toLowerCase() !== 'udp' || !isAddress) return [];
  if (!(port >= 1 && port <= 65_535) || !(priority >= 0 && priority < 2 ** 32)) return [];
  if (type !== 'host' && type !== 'srflx' && type !== 'prflx' && type !== 'relay') return [];
  const foundation =
    String(candidate.foundation)
      .replace(/[^\w+/]/g, '')
      .slice(0, 32) || '1';
  return [{ foundation, address: String(ip), port, priority, type }];
}

/** The lines that make a media line a WebRTC one. */
export function iceLines(ice: IceDescription): string[] {
  return [
    `a=ice-ufrag:${ice.ufrag}`,
    `a=ice-pwd:${ice.pwd}`,
    `a=fingerprint:${ice.fingerprint.type} ${ice.fingerprint.hash}`,
    `a=setup:${ice.setup}`,
    ...ice.candidates.map(
      ({ foundation, priority, address, port, type }) =>
        `a=candidate:${foundation} 1 UDP ${priority} ${address} ${port} typ ${type}${
          type === 'host' ? '' : ' raddr 0.0.0.0 rport 0'
        }`,
    ),
  ];
}

/** Says that no more candidates will come (RFC 8840 8.2): true of ours, since they are all gathered. */
export const END_OF_CANDIDATES = 'a=end-of-candidates';

/**
 * The remote description given to the native library: written from checked parts, never the received text. Its format
 * list is a placeholder, since payload types are mapped by the relay, and it is never on hold, for the same reason.
 * It never says that its candidates are complete: the library adds them one by one after that and, on a busy machine,
 * finds in between that there is none and gives up. A browser without candidates still sends its checks to ours.
 */
export function nativeDescription(ice: IceDescription, mid: string, { lite = false } = {}): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    ...(lite ? ['a=ice-lite'] : []),
    `a=group:BUNDLE ${mid}`,
    'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:0 PCMU/8000',
    ...iceLines(ice),
    '',
  ].join('\r\n');
}
