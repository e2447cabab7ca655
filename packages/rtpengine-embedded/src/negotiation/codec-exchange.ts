import type { AnswerCommand, OfferCommand } from '@ringback/rtpengine-ng';
import type { Codec } from '@ringback/sdp';
import type { Party } from '../call/party.ts';
import { answeredCodecs, type CodecOffer, onlyFirst } from './codec-selection.ts';
import { bitrateFor } from './codec-spec.ts';

/** Keeps what an offer means for the codecs of both: what can be answered, and how each wants its sound to be made. */
export function keepOffer(
  from: Party,
  to: Party,
  offer: CodecOffer,
  command: OfferCommand,
): readonly Codec[] {
  const { codec, ptimeMs, ptimeReverseMs } = command;
  const detectsKeys = command.flags.includes('detect-dtmf');
  to.shown = withPtime(offer.shown, ptimeMs);
  to.codecOffer = offer;
  to.encoding = { ptimeMs, detectsKeys, bitrateOf: (to) => bitrateFor(codec.transcode, to) };
  from.encoding = { ptimeMs: ptimeReverseMs, detectsKeys, bitrateOf: (to) => bitrateFor(codec.set, to) };
  return to.shown;
}

/** What the offerer is to be told that was agreed. Empty when nothing was. */
export function codecsToAnswer(
  offerer: Party,
  answerer: Party,
  accepted: readonly Codec[],
  command: AnswerCommand,
): readonly Codec[] {
  const listed = offerer.remote?.audio.codecs ?? [];
  const offer = answerer.codecOffer ?? { shown: listed, usable: listed, insisted: [] };
  const answered = answeredCodecs(offer, accepted, command.codec.strip);
  const chosen = command.flags.includes('single-codec') ? onlyFirst(answered) : answered;
  return withPtime(chosen, offerer.encoding.ptimeMs);
}

function withPtime(codecs: readonly Codec[], ptimeMs: number | undefined): readonly Codec[] {
  return ptimeMs === undefined ? codecs : codecs.map((codec) => ({ ...codec, ptimeMs }));
}
