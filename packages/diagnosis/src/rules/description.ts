import { isAuxiliary } from '@ringback/sdp';
import type { CapturedMessage } from '../captured-message.ts';
import { type Finding, fact, type Rule } from '../rule.ts';
import { listed, named, quoted, sentenceOf } from '../words.ts';

/** The INVITE describes no sound that could be joined to anybody's (RFC 3261 13.2.1). */
const badOffer: Rule = {
  name: 'bad-offer',
  find(facts) {
    if (!facts.endedBy('bad-offer')) return undefined;
    const invite = facts.invite(facts.caller);
    const nothing = invite?.body === '';
    return {
      sentence: nothing
        ? 'The INVITE of the caller describes no media, and this network needs an offer.'
        : "The caller's description of its media cannot be used.",
      because: [fact(sentenceOf(facts.end), invite)],
      reference: nothing ? 'RFC 3261 13.2.1' : 'RFC 3261 21.4.26',
      remedy: nothing
        ? 'Switch "late offer", or "delayed media", off in that phone.'
        : 'Give that phone an audio codec over RTP/AVP or WebRTC.',
    };
  },
};

/** 488 and its kin (RFC 3261 21.4.26, 21.6.4; 415: 21.4.13). */
const REFUSALS: readonly number[] = [488, 606, 415];

const noCommonCodec: Rule = {
  name: 'no-common-codec',
  find(facts) {
    const { refusal, call, caller } = facts;
    const refused = refusal && REFUSALS.includes(refusal.sipStatus) ? refusal : undefined;
    if (!refused && !facts.endedBy('media-refused')) return undefined;
    const leg = refused?.leg ?? facts.callees[0];
    const offer = facts.invite(caller);
    const passed = facts.invite(leg);
    const answer = facts.from(leg).findLast((message) => message.isFinal && message.answers('INVITE'));
    const who = named(call.to);
    const warned = refused?.message?.header('Warning');
    const offered = codecsOf(passed) ?? codecsOf(offer);
    const answered = codecsOf(answer);
    return {
      sentence: `No common codec: the phone of ${who} ${
        answered
          ? `was offered ${offered ?? 'others'} and answered with ${answered}`
          : `takes none of ${offered ?? 'those that it was offered'} (${facts.end.sipStatus})`
      }.`,
      because: [
        fact(`The caller offered ${codecsOf(offer) ?? 'no audio'}.`, offer),
        ...(passed ? [fact(`The network offered the phone ${codecsOf(passed) ?? 'no audio'}.`, passed)] : []),
        ...(answer ? [fact(`The phone answered ${answer.record.summary}.`, answer)] : []),
        ...(warned ? [fact(`It warned: ${quoted(warned)}`, refused?.message)] : []),
      ],
      reference: reference(refused?.sipStatus ?? facts.end.sipStatus),
      remedy: `Switch PCMU or PCMA on in the phone of ${who}: every phone can have them (RFC 3551).`,
    } satisfies Finding;
  },
};

export const descriptionRules: readonly Rule[] = [badOffer, noCommonCodec];

function reference(sipStatus: number): string {
  if (sipStatus === 415) return 'RFC 3261 21.4.13';
  return sipStatus === 606 ? 'RFC 3261 21.6.4' : 'RFC 3261 21.4.26';
}

/** The codecs that can carry speech, in the order of preference; undefined when the message describes no audio. */
function codecsOf(message: CapturedMessage | undefined): string | undefined {
  const speech = message?.audio?.codecs.filter((codec) => !isAuxiliary(codec)).map(({ name }) => name);
  return speech && listed([...new Set(speech)]);
}
