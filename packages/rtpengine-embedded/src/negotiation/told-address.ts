import { isIP } from 'node:net';
import type { MediaOptions } from '@ringback/rtpengine-ng';
import { Refusal } from '../control/refusal.ts';
import type { MediaInterface } from '../transport/interfaces.ts';
import type { TransportKind } from '../transport/transport.ts';
import type { RemoteDescription } from './description.ts';
import type { IceDescription } from './ice-description.ts';

/**
 * The address of our sockets as an endpoint is told it: `media-address` if given. Hold by an address of zero (RFC 3264 8.4)
 * is passed on as it is, unless `replace` says `zero-address`.
 */
export function toldAddress(
  { mediaAddress, replace }: MediaOptions,
  source: RemoteDescription,
  at: MediaInterface,
  kind: TransportKind,
): string {
  if (mediaAddress !== undefined && !isIP(mediaAddress)) {
    throw new Refusal(`media-address: ${mediaAddress} is not an IP address`);
  }
  const holds = source.audio.address === '0.0.0.0' && source.kind !== 'webrtc' && kind !== 'webrtc';
  if (holds && !replace.includes('zero-address')) return '0.0.0.0';
  return mediaAddress ?? at.address;
}

/** Behind NAT or in a container the bound addresses mean nothing outside: one candidate with the address that does. */
export function toldCandidates(
  ice: IceDescription,
  { mediaAddress }: MediaOptions,
  at: MediaInterface,
): IceDescription {
  const [first] = ice.candidates;
  if (!first || !(at.advertised || mediaAddress)) return ice;
  return { ...ice, candidates: [{ ...first, address: mediaAddress ?? at.address }] };
}
