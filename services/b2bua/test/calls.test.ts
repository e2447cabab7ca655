import { header } from '@ringback/sip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNetwork, type TestNetwork } from './support/network.ts';
import { hasRtpengine } from './support/rtpengine.ts';
import { ALICE, BOB, SubscriberPhone, sdp } from './support/subscriber-phone.ts';

describe.skipIf(!hasRtpengine)('calls between phones', () => {
  let network: TestNetwork;
  let alice: SubscriberPhone;
  let bob: SubscriberPhone;

  beforeAll(async () => {
    network = await startNetwork({ noAnswerMs: 1_500 });
    alice = await SubscriberPhone.open(network, ALICE);
    bob = await SubscriberPhone.open(network, BOB);
    await alice.register();
    await bob.register();
  }, 60_000);
  afterAll(async () => {
    alice?.close();
    bob?.close();
    await network?.close();
  });

  it('rings, is answered, and ends when the caller hangs up', async () => {
    const invite = await alice.invite('1002');
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 180, 'Ringing');
    await alice.sip.response(180, 'INVITE');
    const answer = bob.sip.reply(incoming, 200, 'OK', { body: sdp() });
    const ok = await alice.sip.response(200, 'INVITE');
    alice.sip.ack(invite, ok);
    await bob.sip.request('ACK');
    alice.sip.inDialog('BYE', invite, ok);
    const bye = await bob.sip.request('BYE');
    bob.sip.reply(bye, 200, 'OK');
    await alice.sip.response(200, 'BYE');
    expect(header(incoming, 'From')).toContain('Alice');
    expect(answer.status).toBe(200);
  });
});
