import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { IceCandidate, IceDescription } from '../negotiation/ice-description.ts';

/** What a media port tells of itself before anything listens there. */
export function ownIce(
  host: string,
  port: number,
  fingerprint: IceDescription['fingerprint'],
): IceDescription {
  return {
    // RFC 8839 5.4: 24 bits at least, and 128. Base64 is of ice-chars.
    ufrag: randomBytes(6).toString('base64'),
    pwd: randomBytes(18).toString('base64'),
    fingerprint,
    setup: 'actpass',
    candidates: reachableAt(host).map((address, index) => hostCandidate(address, port, index)),
  };
}

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** The native library binds a wildcard for both families. */
function reachableAt(host: string): string[] {
  if (!isWildcard(host)) return [host];
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address);
}

function hostCandidate(address: string, port: number, index: number): IceCandidate {
  // RFC 8445 5.1.2.1; RFC 8421 4: IPv6 first.
  const localPreference = (isIPv6(address) ? 65_535 : 32_767) - index;
  const priority = 126 * 2 ** 24 + localPreference * 2 ** 8 + 255;
  return { foundation: String(index + 1), address, port, priority, type: 'host' };
}
