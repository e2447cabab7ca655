import type { MessageList } from '@ringback/contracts';
import { describe, expect, it } from 'vitest';
import { expectWhy } from '../support/expect-why.ts';
import { speak } from '../support/network.ts';
import type { WhyNetwork } from '../support/why-network.ts';

export function sound(world: () => WhyNetwork): void {
  describe.concurrent('a call that was up', () => {
    /** A phone takes a spoken call with this description, or its own, and is silent. */
    async function silent(description?: { address: string }): Promise<string> {
      const { phone, number } = await world().phone();
      const id = await speak(world().network, number, 'Is anybody there? I can not hear you at all.');
      await phone.answer(phone.sdp(description));
      phone.sip.reply(await phone.sip.request('BYE', 30_000), 200, 'OK');
      return id;
    }

    it('is explained also when it went well', async () => {
      const { phone, number } = await world().phone();
      const id = await speak(world().network, number, 'Hello.');
      phone.talk((await phone.answer()).invite);
      phone.sip.reply(await phone.sip.request('BYE', 30_000), 200, 'OK');
      const why = await world().why(id);
      expectWhy(
        why,
        'ordinary',
        /^Answered after .* the caller hung up after .*, when the text was finished\.$/,
        'RFC 3261 15.1',
      );
      const { body } = await world().network.api<MessageList>(`/api/calls/${id}/messages`);
      const ids = body.messages.map((message) => message.id);
      expect(ids).toEqual(expect.arrayContaining(why.because.flatMap(({ messageIds }) => messageIds)));
    });

    it('had one direction only', async () => {
      const why = await world().why(await silent());
      expectWhy(why, 'one-way-audio', /the caller heard nothing/, 'RFC 3264 5.1');
    });

    it('had an address in its description that leads nowhere', async () => {
      const why = await world().why(await silent({ address: '127.9.9.9' }));
      expectWhy(why, 'private-address', /127\.9\.9\.9, a loopback address/, 'RFC 8866 5.7');
    });

    it('ended because neither phone sent sound for too long', async () => {
      const { caller, callee, invite } = await world().connected();
      await Promise.all([caller.sip.request('BYE', 30_000), callee.sip.request('BYE', 30_000)]);
      const why = await world().whyOf(invite);
      expectWhy(why, 'media-timeout', /No sound came from either phone for so long/, 'RFC 3550 6.3.5');
    });

    it('was hung up before the media server had heard anything', async () => {
      const { caller, invite, ok } = await world().connected();
      await new Promise((resolve) => setTimeout(resolve, SHORT_OF_THE_TIMEOUT_MS));
      caller.sip.inDialog('BYE', invite, ok);
      const why = await world().whyOf(invite);
      expectWhy(why, 'no-audio', /No sound came from either phone, though/, 'RFC 3264 5.1');
    });
  });
}

/** As long as somebody waits for a voice, and the media server does not yet give up. */
const SHORT_OF_THE_TIMEOUT_MS = 3000;
