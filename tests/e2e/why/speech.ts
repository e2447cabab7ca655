import type { Why } from '@ringback/contracts';
import { type ElevenLabsFault, elevenLabsRefusals } from '@ringback/testing';
import { describe, it } from 'vitest';
import { expectWhy } from '../support/expect-why.ts';
import { speak } from '../support/network.ts';
import type { WhyNetwork } from '../support/why-network.ts';

const FAULTS: readonly (readonly [
  rule: string,
  fault: ElevenLabsFault,
  sentence: RegExp,
  reference: string,
])[] = [
  ['speech-invalid-key', elevenLabsRefusals.invalidKey, /API key \(401\)/, 'RFC 9110 15.5.2'],
  ['speech-quota', elevenLabsRefusals.quota, /quota .* is used up/, 'RFC 9110 15.5.2'],
  ['speech-rate-limited', elevenLabsRefusals.tooManyRequests, /too many requests/, 'RFC 6585 4'],
  ['speech-plan-limit', elevenLabsRefusals.planLimit, /plan .* does not allow/, 'RFC 9110 15.5.4'],
  ['speech-voice-not-found', elevenLabsRefusals.voiceNotFound, /no such voice/, 'RFC 9110 15.5.5'],
  ['speech-text-too-long', elevenLabsRefusals.tooLong, /too long for this voice/, 'RFC 9110 15.5.14'],
  ['speech-timeout', { kind: 'no-answer' }, /did not answer in time/, 'RFC 9110 15.6.5'],
  ['speech-unavailable', elevenLabsRefusals.ownFault, /fault of its own/, 'RFC 9110 15.6.4'],
  ['speech-failed', { kind: 'garbage' }, /could not be turned into speech/, 'RFC 9110 15.6.1'],
];

export function speech(world: () => WhyNetwork): void {
  /** A phone takes a call with a text that meets this fault, and hears it to its end. */
  async function heard(text: string, fault: ElevenLabsFault): Promise<Why> {
    const { phone, number } = await world().phone();
    world().elevenLabs.failText(text, fault);
    const id = await speak(world().network, number, text, { voiceId: 'pNInz6obpgDQGcFmaJgB' });
    phone.talk((await phone.answer()).invite);
    phone.sip.reply(await phone.sip.request('BYE', 30_000), 200, 'OK');
    return world().why(id);
  }

  describe.concurrent('a call that ElevenLabs was to speak in', () => {
    it.each(FAULTS)('is explained by %s', async (rule, fault, sentence, reference) => {
      const why = await heard(`This is ${rule}.`, fault);
      expectWhy(why, rule, new RegExp(`${sentence.source}.*; a built-in voice spoke instead`), reference);
    });

    it('and did for a while', async () => {
      const why = await heard('This breaks off.', { kind: 'stall', afterBytes: 20_000 });
      expectWhy(why, 'speech-timeout', /only the beginning of the text was spoken/, 'RFC 9110 15.6.5');
    });
  });
}
