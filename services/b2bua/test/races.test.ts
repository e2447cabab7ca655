import { header, type SipRequest, type SipResponse } from '@ringback/sip';
import rtpengine from 'rtpengine-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerByItself, finalResponse } from './support/automatic-phone.ts';
import { startNetwork, type TestNetwork } from './support/network.ts';
import { ALICE, BOB, CAROL, SubscriberPhone, sdp } from './support/subscriber-phone.ts';

const ROUNDS = 40;

describe('requests that meet each other', () => {
  let network: TestNetwork;
  let alice: SubscriberPhone;
  let bob: SubscriberPhone;

  beforeAll(async () => {
    network = await startNetwork();
    alice = await SubscriberPhone.open(network, ALICE);
    bob = await SubscriberPhone.open(network, BOB);
    await alice.register();
    await bob.register();
    answerByItself(bob);
  }, 60_000);
  afterAll(async () => {
    alice?.close();
    bob?.close();
    await network?.close();
  });

  const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Nothing is left over, and every call has one record, which is closed. */
  async function nothingLeft(calls: number): Promise<void> {
    await expect.poll(() => network.drachtio.stats().dialogs).toBe(0);
    const client = new rtpengine.Client({ timeout: 1000, localAddress: '127.0.0.1' });
    await expect.poll(() => client.list(network.rtpengine.address, {})).toMatchObject({ calls: [] });
    client.close();
    const ended = () => network.events.filter(({ type }) => type === 'call.ended');
    await expect.poll(() => ended().length).toBe(calls);
    const { calls: records } = await network.store.calls.list({ limit: 1000 });
    expect(records).toHaveLength(calls);
    for (const { id, status, end } of records) {
      expect(['completed', 'canceled']).toContain(status);
      expect(end?.by).toBeDefined();
      const legs = (await network.store.calls.detail(id))?.legs ?? [];
      expect(legs.every(({ state }) => state === 'terminated')).toBe(true);
    }
  }

  it('CANCEL and 200', async () => {
    const outcomes = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const invite = await alice.invite('1002');
      await later((round % 20) * 1.5);
      alice.sip.cancel(invite);
      const final = await finalResponse(alice, invite);
      outcomes.add(final.status);
      if (final.status === 200) {
        alice.sip.ack(invite, final);
        alice.sip.inDialog('BYE', invite, final);
      } else alice.sip.ackFailure(invite, final);
    }
    expect([...outcomes].sort()).toEqual([200, 487]);
    await nothingLeft(ROUNDS);
  });

  it('BYE and hanging up over the bus', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const invite = await alice.invite('1002');
      const final = await finalResponse(alice, invite);
      alice.sip.ack(invite, final);
      const callId =
        network.events.flatMap((event) => ('leg' in event ? [event.leg.callId] : [])).at(-1) ?? '';
      network.bus.publish('call.hangup', { callId });
      await later(round % 4);
      alice.sip.inDialog('BYE', invite, final);
    }
    await nothingLeft(2 * ROUNDS);
  });

  it('re-INVITE and hanging up over the bus', async () => {
    const again = await SubscriberPhone.open(network, ALICE);
    const outcomes = new Set<number>();
    for (let round = 0; round < ROUNDS / 2; round++) {
      const invite = await again.invite('1002');
      const final = await finalResponse(again, invite);
      again.sip.ack(invite, final);
      const hold = again.sip.inDialog('INVITE', invite, final, { body: sdp('sendonly') });
      await later(round % 6);
      network.bus.publish('call.hangup', { callId: lastCallId() });
      const answer = await finalResponse(again, hold);
      outcomes.add(answer.status);
      // RFC 3261 15: who has answered an INVITE may hang up only after the ACK.
      if (answer.status === 200) again.sip.ack(hold, answer);
      else again.sip.ackFailure(hold, answer);
      again.sip.reply(await again.sip.request('BYE'), 200, 'OK');
    }
    for (const status of outcomes) expect([200, 481, 487, 491]).toContain(status);
    await nothingLeft(2.5 * ROUNDS);
    again.close();
  });

  it('re-INVITEs of both phones, of which none is refused otherwise than with 491', async () => {
    const caller = await SubscriberPhone.open(network, ALICE);
    const carol = await SubscriberPhone.open(network, CAROL);
    await carol.register();
    const invite = await caller.invite('1003');
    const incoming = await carol.sip.request('INVITE');
    const answer = carol.sip.reply(incoming, 200, 'OK', { body: sdp() });
    const ok = await finalResponse(caller, invite);
    caller.sip.ack(invite, ok);
    for (const phone of [caller, carol]) answerByItself(phone);
    const outcomes: number[] = [];
    const settled = async (phone: SubscriberPhone, again: SipRequest, ack: (final: SipResponse) => void) => {
      const final = await finalResponse(phone, again);
      outcomes.push(final.status);
      if (final.status === 200) ack(final);
      else phone.sip.ackFailure(again, final);
    };
    for (let round = 0; round < ROUNDS; round++) {
      const offer = { body: sdp(round % 2 === 0 ? 'sendonly' : 'sendrecv') };
      const late = later(round % 20);
      const hers = carol.sip.inAnsweredDialog('INVITE', incoming, answer, offer);
      await late;
      const his = caller.sip.inDialog('INVITE', invite, ok, offer);
      await Promise.all([
        settled(caller, his, (final) => caller.sip.ack(his, final)),
        settled(carol, hers, () =>
          carol.sip.inAnsweredDialog('ACK', incoming, answer, {
            headers: { CSeq: (header(hers, 'CSeq') ?? '').replace('INVITE', 'ACK') },
          }),
        ),
      ]);
    }
    expect(new Set(outcomes)).toEqual(new Set([200, 491]));
    caller.sip.inDialog('BYE', invite, ok);
    await nothingLeft(2.5 * ROUNDS + 1);
    caller.close();
    carol.close();
  });

  function lastCallId(): string {
    return network.events.flatMap((event) => ('leg' in event ? [event.leg.callId] : [])).at(-1) ?? '';
  }
});
