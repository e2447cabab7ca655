import type { CodecOptions } from '@ringback/rtpengine-ng';
import { type Codec, isAuxiliary, isTelephoneEvent, PCMA, PCMU, sameCodec } from '@ringback/sdp';

/** How one payload type of the sender goes out to the receiver. */
export type PayloadRoute = {
  /** As it comes. */
  codec: Codec;
  /** As it goes out. */
  payloadType: number;
  clockRate: number;
  isEvent: boolean;
  /** Set when the sound itself is turned into the other law of G.711. */
  convert?: 'PCMU to PCMA' | 'PCMA to PCMU';
};

/** Codecs that the engine can add to an offer, since it can turn each into the other. */
const CONVERTIBLE: readonly Codec[] = [PCMU, PCMA];

function named(names: readonly string[], codec: Codec): boolean {
  return names.some((name) => {
    const [encoding = '', clockRate] = name.toLowerCase().split('/');
    return encoding === codec.name.toLowerCase() && (!clockRate || Number(clockRate) === codec.clockRate);
  });
}

function removed(names: readonly string[], codec: Codec): boolean {
  return names.includes('all') || names.includes('full') || named(names, codec);
}

function isConvertible(codec: Codec): boolean {
  return CONVERTIBLE.some((known) => sameCodec(known, codec));
}

/**
 * What the receiver of an offer is shown, from what its sender listed and the `codec` options: `strip` and `mask` take
 * away, `offer` and `except` put back, `transcode` adds at the end what can be made of the rest.
 */
export function offeredCodecs(listed: readonly Codec[], options: CodecOptions): Codec[] {
  const kept = listed.filter((codec) => {
    if (named(options.offer, codec) || named(options.except, codec)) return true;
    return !removed(options.strip, codec) && !removed(options.mask, codec);
  });
  const canConvert = listed.some(isConvertible);
  for (const codec of CONVERTIBLE) {
    const wanted = canConvert && named(options.transcode, codec);
    if (wanted && !kept.some((other) => sameCodec(other, codec))) kept.push(codec);
  }
  // RFC 4733 2.1: an event without audio on its clock has nothing to replace.
  const usable = kept.filter((codec) => {
    return !isTelephoneEvent(codec) || kept.some((c) => !isAuxiliary(c) && c.clockRate === codec.clockRate);
  });
  const audio = usable.filter((codec) => !isAuxiliary(codec));
  return audio.length === 0 ? [] : [...audio, ...usable.filter(isAuxiliary)];
}

/**
 * What the offerer is answered with: its own formats that the answerer took, in the answerer's order and with the
 * offered numbers; G.711 of the other law when that is all there is. Empty when the two have nothing in common.
 */
export function answeredCodecs(offered: readonly Codec[], accepted: readonly Codec[]): Codec[] {
  const common = accepted.flatMap((codec) => offered.filter((other) => sameCodec(other, codec)).slice(0, 1));
  if (common.some((codec) => !isAuxiliary(codec))) return common;
  const convertible = accepted.some(isConvertible) ? offered.filter(isConvertible).slice(0, 1) : [];
  return convertible.length > 0 ? [...convertible, ...common.filter((c) => c.clockRate === 8000)] : [];
}

/**
 * Routes for packets that come with the numbers of `sent` to a receiver that listed `wanted`. A sender is understood by
 * the numbers it was given and by its own (`alsoSent`), as some use the latter.
 */
export function payloadRoutes(
  sent: readonly Codec[],
  alsoSent: readonly Codec[],
  wanted: readonly Codec[],
): Map<number, PayloadRoute> {
  const routes = new Map<number, PayloadRoute>();
  for (const codec of [...sent, ...alsoSent]) {
    if (routes.has(codec.payloadType)) continue;
    const route = routeOf(codec, wanted);
    if (route) routes.set(codec.payloadType, route);
  }
  return routes;
}

function routeOf(codec: Codec, wanted: readonly Codec[]): PayloadRoute | undefined {
  const same = wanted.find((other) => sameCodec(other, codec));
  const { clockRate } = codec;
  if (same) return { codec, payloadType: same.payloadType, clockRate, isEvent: isTelephoneEvent(codec) };
  const other = isConvertible(codec) ? wanted.find(isConvertible) : undefined;
  if (!other) return undefined;
  const convert = sameCodec(codec, PCMU) ? 'PCMU to PCMA' : 'PCMA to PCMU';
  return { codec, payloadType: other.payloadType, clockRate, isEvent: false, convert };
}
