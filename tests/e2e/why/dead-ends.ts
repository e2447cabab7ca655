import { describe, it } from 'vitest';
import { expectWhy } from '../support/expect-why.ts';
import { PHONELESS, type WhyNetwork } from '../support/why-network.ts';

export function deadEnds(world: () => WhyNetwork): void {
  describe.concurrent('a call that leads nowhere', () => {
    it.each([
      ['7777', 'unknown-number', /Nobody has the number 7777/, 'RFC 3261 21.4.5'],
      [PHONELESS, 'no-phone', /P1999 has no phone registered/, 'RFC 3261 21.4.18'],
      ['486', 'test-number', /a test number, which answers .* 486 Busy Here/, 'RFC 3261 21'],
      ['bob@elsewhere.example', 'other-domain', /another SIP domain/, 'RFC 3261 21.4.4'],
    ])('to %s', async (dialled, rule, sentence, reference) => {
      const { phone } = await world().phone();
      expectWhy(await world().whyOf(await phone.invite(dialled)), rule, sentence, reference);
    });

    it('because its INVITE describes no media', async () => {
      const { phone } = await world().phone();
      const invite = await phone.invite('9196', { body: '' });
      expectWhy(await world().whyOf(invite), 'bad-offer', /describes no media/, 'RFC 3261 13.2.1');
    });

    it('because its caller has a wrong password', async () => {
      const { phone } = await world().phone({ password: 'guessed' });
      const why = await world().whyOf(await phone.invite('9196'));
      expectWhy(why, 'not-authenticated', /password of \S+ is wrong/, 'RFC 3261 22.3');
    });

    it('because its caller has a password for another realm', async () => {
      const { phone } = await world().phone({ realm: 'asterisk' });
      const why = await world().whyOf(await phone.invite('9196'));
      expectWhy(why, 'not-authenticated', /realm asterisk, .* is ringback.local/, 'RFC 3261 22.1');
    });

    it('because its caller goes on with an old nonce', async () => {
      const { phone } = await world().phone({ keepsNonce: true });
      const invite = await phone.invite('9196');
      await phone.inviteAgain(invite);
      const why = await world().whyOf(invite);
      expectWhy(why, 'not-authenticated', /every challenge with an old nonce/, 'RFC 7616 3.3');
    });

    it('because its caller gives up', async () => {
      const { caller, callee, invite, received } = await world().ringing();
      callee.sip.reply(received, 180, 'Ringing');
      await caller.sip.response(180, 'INVITE');
      caller.sip.cancel(invite);
      expectWhy(await world().whyOf(invite), 'canceled', /while it rang/, 'RFC 3261 9.1');
    });

    it('because the connection to the phone is gone', async () => {
      const { callee, invite } = await world().ringing({}, { transport: 'tcp' });
      callee.sip.close();
      expectWhy(await world().whyOf(invite), 'transport-gone', /is gone/, 'RFC 5626 5.3');
    });
  });
}
