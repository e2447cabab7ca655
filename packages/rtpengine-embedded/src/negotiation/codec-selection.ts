import type { CodecOptions } from '@ringback/rtpengine-ng';
import { type Codec, isAuxiliary, isTelephoneEvent, sameCodec, TELEPHONE_EVENT } from '@ringback/sdp';
import { codecToAdd, freePayloadType, named, namedOrAll, ownCodec } from './codec-spec.ts';

/** What becomes of the formats of one offer. */
export type CodecOffer = {
  /** What its receiver is shown. */
  shown: readonly Codec[];
  /** What its sender may be answered with: all that it listed but what was stripped. */
  usable: readonly Codec[];
  /** Of these, what it is answered with even when the receiver takes another format that both know. */
  insisted: readonly Codec[];
};

/**
 * What the receiver of an offer is shown, from what its sender listed and the `codec` options as rtpengine reads them:
 * `strip` takes away; `mask` and `consume` hide, for us to stand in; `offer` and `except` keep; `transcode` adds at the end
 * what can be made of the rest. When nothing would be left, all of it is.
 */
export function offeredCodecs(listed: readonly Codec[], options: CodecOptions): CodecOffer {
  const hidden = [...options.mask, ...options.consume];
  const usable = listed.filter((codec) => !isRemoved(options.strip, codec, options));
  const visible = usable.filter((codec) => !isRemoved(hidden, codec, options));
  const shown = eventsFor(withAdded(inOrder(visible, options.offer), usable, options.transcode), listed);
  if (!shown.some(isSpeech)) return { shown: listed, usable: listed, insisted: [] };
  const insisted = usable.filter((codec) => {
    return ownCodec(codec) && namedOrAll([...options.accept, ...options.consume], codec);
  });
  return { shown: inOrder(shown, []), usable, insisted };
}

/** What is removed by name, only `offer` and `except` keep; what `all` removes, `transcode` does too, but not from `full`. */
function isRemoved(
  names: readonly string[],
  codec: Codec,
  { offer, except, transcode }: CodecOptions,
): boolean {
  if (named([...offer, ...except], codec)) return false;
  if (named(names, codec) || names.includes('full')) return true;
  return names.includes('all') && !named(transcode, codec);
}

function isSpeech(codec: Codec): boolean {
  return !isAuxiliary(codec);
}

/** With a codec that its sender does not have, everything shown has to be something that we can decode. */
function withAdded(visible: readonly Codec[], usable: readonly Codec[], names: readonly string[]): Codec[] {
  const shown = [...visible];
  for (const codec of names.flatMap((name) => codecToAdd(name) ?? [])) {
    if (shown.some((other) => sameCodec(other, codec)) || !usable.some(ownCodec)) continue;
    const payloadType = codec.payloadType < 96 ? codec.payloadType : freePayloadType([...usable, ...shown]);
    shown.push({ ...codec, payloadType });
  }
  const addsSpeech = shown.some((codec) => isSpeech(codec) && !visible.includes(codec));
  return addsSpeech ? shown.filter((codec) => ownCodec(codec) || isTelephoneEvent(codec)) : shown;
}

/** RFC 4733 2.1: an event runs on the clock of the audio that it replaces, so a change of audio changes the events. */
function eventsFor(shown: readonly Codec[], listed: readonly Codec[]): Codec[] {
  const nothingAdded = shown.every((codec) => listed.includes(codec));
  if (nothingAdded && listed.every((codec) => isAuxiliary(codec) || shown.includes(codec))) return [...shown];
  const speech = shown.filter(isSpeech);
  const kept = shown.filter((codec) => {
    return !isTelephoneEvent(codec) || speech.some(({ clockRate }) => clockRate === codec.clockRate);
  });
  if (!shown.some(isTelephoneEvent)) return kept;
  for (const { clockRate } of speech) {
    if (kept.some((codec) => isTelephoneEvent(codec) && codec.clockRate === clockRate)) continue;
    kept.push({ ...TELEPHONE_EVENT, clockRate, payloadType: freePayloadType([...listed, ...kept]) });
  }
  return kept;
}

/** Speech before what goes with it; what `offer` names comes first, in its order. */
function inOrder(codecs: readonly Codec[], names: readonly string[]): Codec[] {
  const rank = (codec: Codec) => {
    const place = names.findIndex((name) => named([name], codec));
    return (isSpeech(codec) ? 0 : names.length + 1) + (place < 0 ? names.length : place);
  };
  return [...codecs].sort((a, b) => rank(a) - rank(b));
}

/**
 * What the offerer is answered with, under its own numbers: what the answerer took of its formats; one that we stand in for
 * when it took none of them, or when the options insist. Empty when nothing can be done.
 */
export function answeredCodecs(
  offer: CodecOffer,
  accepted: readonly Codec[],
  strip: readonly string[] = [],
): Codec[] {
  const usable = offer.usable.filter((codec) => !namedOrAll(strip, codec));
  const canMake = accepted.some(ownCodec);
  const insisted = canMake && offer.insisted.find((codec) => usable.includes(codec));
  const common = accepted.flatMap((codec) => answeredLike(codec, usable));
  if (!insisted && common.some(isSpeech)) return common;
  const standIn = insisted || (canMake && usable.find(ownCodec));
  if (!standIn) return [];
  const passed = common.find((codec) => sameCodec(codec, standIn));
  const ptimeMs = accepted.find(isSpeech)?.ptimeMs ?? standIn.ptimeMs;
  return [
    passed ?? { ...standIn, ...ownCodec(standIn), payloadType: standIn.payloadType, ptimeMs },
    ...eventFor(standIn, usable),
  ];
}

/** The answerer's format under the offerer's number: its parameters say what the answerer wants to get. */
function answeredLike(codec: Codec, usable: readonly Codec[]): Codec[] {
  const offered = usable.find((other) => sameCodec(other, codec));
  return offered ? [{ ...codec, payloadType: offered.payloadType }] : [];
}

/** The offerer's event for a codec: on its clock, else any, since its keys can be made into whatever the other side knows. */
function eventFor({ clockRate }: Codec, usable: readonly Codec[]): Codec[] {
  const events = usable.filter(isTelephoneEvent);
  const event = events.find((codec) => codec.clockRate === clockRate) ?? events[0];
  return event ? [event] : [];
}

/** The first codec and what goes with it (flag `single-codec`). */
export function onlyFirst(codecs: readonly Codec[]): Codec[] {
  const first = codecs.find(isSpeech);
  return codecs.filter((codec) => codec === first || isAuxiliary(codec));
}
