import { type Codec, isAuxiliary, isTelephoneEvent, PCMA, PCMU, sameCodec } from '@ringback/sdp';
import { ownCodec } from './codec-spec.ts';

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
  /** Set when it is decoded, and encoded anew. */
  transcoded?: true;
};

/** The formats of one party. */
export type PartyFormats = {
  /** What we showed it. */
  shown: readonly Codec[];
  /** What it listed itself, in its last description. */
  listed: readonly Codec[];
};

/** How the sound that a party gets is to be made, when it is made here. */
export type Encoding = {
  /** Packets of this length, whatever was agreed. */
  ptimeMs?: number | undefined;
  /** bit/s that a codec is asked to have. */
  bitrateOf?: (codec: Codec) => number | undefined;
  /** Keys are looked for in its peer's sound even though that could send events. */
  detectsKeys?: boolean;
};

/** What has to be made of the sender's sound. */
export type TranscodingPlan = {
  /** What is decoded, by the sender's numbers. */
  from: readonly Codec[];
  to: Codec;
  /** Telephone-event of the receiver. */
  event: Codec | undefined;
  /** The sender's keys become tones. */
  makesTones: boolean;
  /** Tones in the sender's sound become events. */
  detectsKeys: boolean;
  ptimeMs: number;
  bitrate: number | undefined;
};

export type ForwardingPlan = {
  routes: ReadonlyMap<number, PayloadRoute>;
  transcoding: TranscodingPlan | undefined;
};

/**
 * How packets of one party get to another. A sender is understood by the numbers that it was given, and by its own, as some
 * use those; and Chromium may send what it was shown though it listed it not. What both know passes as it is; the rest is made into the receiver's first codec, if we can.
 */
export function planForwarding(
  sender: PartyFormats,
  receiver: PartyFormats,
  encoding: Encoding = {},
): ForwardingPlan {
  const sent = agreed(sender);
  const wanted = agreed(receiver);
  const transcoding = planTranscoding(sent, wanted, encoding);
  const routes = new Map<number, PayloadRoute>();
  for (const codec of [...numberedAsShown(sender), ...sender.listed, ...sender.shown]) {
    if (routes.has(codec.payloadType)) continue;
    const route = (transcoding && transcodedRoute(codec, transcoding)) ?? directRoute(codec, wanted);
    if (route) routes.set(codec.payloadType, route);
  }
  return { routes, transcoding };
}

/** What a party both was shown and listed, under its own numbers; all that it listed when it went its own way. */
export function agreed({ shown, listed }: PartyFormats): readonly Codec[] {
  const both = listed.filter((codec) => shown.some((other) => sameCodec(other, codec)));
  return both.some((codec) => !isAuxiliary(codec)) ? both : listed;
}

function numberedAsShown({ shown, listed }: PartyFormats): Codec[] {
  return shown.filter((codec) => listed.some((other) => sameCodec(other, codec)));
}

function planTranscoding(
  sent: readonly Codec[],
  wanted: readonly Codec[],
  { ptimeMs, bitrateOf, detectsKeys = false }: Encoding,
): TranscodingPlan | undefined {
  const to = wanted.find(ownCodec);
  const decodable = sent.filter(ownCodec);
  if (!to || decodable.length === 0) return undefined;
  const events = wanted.filter(isTelephoneEvent);
  const event = events.find(({ clockRate }) => clockRate === to.clockRate) ?? events[0];
  const sendsEvents = sent.some(isTelephoneEvent);
  const detects = event !== undefined && (detectsKeys || !sendsEvents);
  const makesTones = event === undefined && sendsEvents;
  const everything = detects || makesTones || ptimeMs !== undefined;
  const from = everything ? decodable : decodable.filter((codec) => !directRoute(codec, wanted));
  if (from.length === 0) return undefined;
  return {
    from,
    to,
    event,
    makesTones,
    detectsKeys: detects,
    ptimeMs: ptimeMs ?? to.ptimeMs,
    bitrate: bitrateOf?.(to),
  };
}

/** Keys go the way of the sound that they interrupt. */
function transcodedRoute(
  codec: Codec,
  { from, to, event, makesTones }: TranscodingPlan,
): PayloadRoute | undefined {
  const isEvent = isTelephoneEvent(codec);
  if (isEvent ? !event && !makesTones : !from.some((other) => sameCodec(other, codec))) return undefined;
  const { payloadType, clockRate } = (isEvent && event) || to;
  return { codec, payloadType, clockRate, isEvent, transcoded: true };
}

function directRoute(codec: Codec, wanted: readonly Codec[]): PayloadRoute | undefined {
  const same = wanted.find((other) => sameCodec(other, codec));
  const { clockRate } = codec;
  if (same) return { codec, payloadType: same.payloadType, clockRate, isEvent: isTelephoneEvent(codec) };
  const law = isG711(codec) ? wanted.find(isG711) : undefined;
  if (!law) return undefined;
  const convert = sameCodec(codec, PCMU) ? 'PCMU to PCMA' : 'PCMA to PCMU';
  return { codec, payloadType: law.payloadType, clockRate, isEvent: false, convert };
}

function isG711(codec: Codec): boolean {
  return sameCodec(codec, PCMU) || sameCodec(codec, PCMA);
}
