import type { Why } from '@ringback/contracts';
import { describe, expect, it } from 'vitest';
import { expectWhy } from '../support/expect-why.ts';
import type { ScriptedPhone } from '../support/scripted-phone.ts';
import type { WhyNetwork } from '../support/why-network.ts';

/** The ends that take as long as their RFCs say. They begin first, and the others do not wait for them. */
export interface SlowEnds {
  readonly noAnswer: Promise<Why>;
  readonly noResponse: Promise<Why>;
  readonly missingAck: Promise<Why>;
  readonly phoneVanished: Promise<Why>;
  readonly sessionExpired: Promise<Why>;
}

export function beginSlowEnds(world: WhyNetwork): SlowEnds {
  const slow = {
    noAnswer: noAnswer(world),
    noResponse: noResponse(world),
    missingAck: missingAck(world),
    phoneVanished: phoneVanished(world),
    sessionExpired: sessionExpired(world),
  };
  // Whoever waits for it hears of a failure; nobody may have begun to wait yet.
  for (const end of Object.values(slow)) end.catch(() => undefined);
  return slow;
}

async function noAnswer(world: WhyNetwork): Promise<Why> {
  const { callee, invite, received } = await world.ringing();
  callee.sip.reply(received, 180, 'Ringing');
  callee.sip.request('CANCEL', 60_000).then(
    (cancel) => callee.sip.reply(cancel, 200, 'OK'),
    () => undefined,
  );
  return world.whyOf(invite);
}

async function noResponse(world: WhyNetwork): Promise<Why> {
  const { invite } = await world.ringing();
  return world.whyOf(invite);
}

async function missingAck(world: WhyNetwork): Promise<Why> {
  const [caller, callee] = await Promise.all([world.phone(), world.phone()]);
  const invite = await caller.phone.invite(callee.number);
  const { invite: received } = await callee.phone.answer();
  callee.phone.talk(received);
  caller.phone.talk(await caller.phone.sip.response(200, 'INVITE'));
  return world.whyOf(invite);
}

async function phoneVanished(world: WhyNetwork): Promise<Why> {
  const { callee, invite } = await world.talking({}, { transport: 'tcp' });
  callee.sip.close();
  return world.whyOf(invite);
}

/** Both phones say that they are there, and the one that has to refresh the session does not. No session is shorter. */
async function sessionExpired(world: WhyNetwork): Promise<Why> {
  const headers = { Supported: 'timer', 'Session-Expires': '90;refresher=uac' };
  const { caller, callee, invite } = await world.talking({ headers });
  const stays = async (phone: ScriptedPhone): Promise<void> =>
    phone.sip.request('OPTIONS', 100_000).then(
      (options) => {
        phone.sip.reply(options, 200, 'OK');
        return stays(phone);
      },
      () => undefined,
    );
  void stays(caller);
  void stays(callee);
  return world.whyOf(invite, 110_000);
}

export function slowEnds(slow: () => SlowEnds): void {
  describe('a call that ends as late as the RFC says', () => {
    it('because nobody picks up', async () => {
      expectWhy(await slow().noAnswer, 'no-answer', /did not answer within \d/, 'RFC 3261 21.4.18');
    });
    it('because the phone gives no sign of life', async () => {
      expectWhy(await slow().noResponse, 'no-response', /no sign of life/, 'RFC 3261 17.1.1.2');
    });
    it('because the answer is never acknowledged', async () => {
      const why = await slow().missingAck;
      expectWhy(why, 'missing-ack', /no ACK came within 3\d\.\d s/, 'RFC 3261 13.3.1.4');
      expect(why.because[0]?.messageIds.length).toBeGreaterThan(5);
    });
    it('because a phone vanished', async () => {
      const why = await slow().phoneVanished;
      expectWhy(why, 'phone-vanished', /went away during the call/, 'RFC 3261 12.2.1.2');
    });
    it('because nobody refreshed its session', async () => {
      const why = await slow().sessionExpired;
      expectWhy(why, 'session-expired', /the phone of P\d+ agreed to refresh/, 'RFC 4028 10');
    });
  });
}
