import { header, type SipRequest, type SipResponse } from '@ringback/sip';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startNetwork, type TestNetwork } from './support/network.ts';
import { openRtpSocket, type RtpSocket } from './support/rtp-socket.ts';
import { mediaKinds } from './support/rtpengine.ts';
import { ALICE, BOB, SubscriberPhone, sdp } from './support/subscriber-phone.ts';

const body = (message: { body: Uint8Array }) => new TextDecoder().decode(message.body);
const TIMEOUT_SEC = 6;

describe.each(mediaKinds())('the media of a call that is up, on %s', (kind) => {
  let network: TestNetwork;
  let alice: SubscriberPhone;
  let bob: SubscriberPhone;
  let sounds: Record<'alice' | 'bob', RtpSocket>;

  beforeEach(async () => {
    network = await startNetwork({}, kind, TIMEOUT_SEC);
    alice = await SubscriberPhone.open(network, ALICE);
    bob = await SubscriberPhone.open(network, BOB);
    sounds = { alice: await openRtpSocket(), bob: await openRtpSocket() };
    await alice.register();
    await bob.register();
  }, 60_000);
  afterEach(async () => {
    for (const socket of Object.values(sounds ?? {})) socket.close();
    alice?.close();
    bob?.close();
    await network?.close();
  });

  /** Alice and Bob, connected; Bob's side speaks only if he is asked to. */
  async function call(bobSpeaks = true): Promise<{ invite: SipRequest; ok: SipResponse }> {
    const invite = await alice.invite('1002', { body: sdp('sendrecv', sounds.alice.port) });
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 200, 'OK', { body: sdp('sendrecv', sounds.bob.port) });
    const ok = await alice.sip.response(200, 'INVITE');
    alice.sip.ack(invite, ok);
    await bob.sip.request('ACK');
    sounds.alice.talk(body(ok));
    if (bobSpeaks) sounds.bob.talk(body(incoming));
    return { invite, ok };
  }

  async function bothAreTold(): Promise<string[]> {
    const byes = await Promise.all([alice, bob].map((phone) => phone.sip.request('BYE', 30_000)));
    alice.sip.reply(byes[0]!, 200, 'OK');
    bob.sip.reply(byes[1]!, 200, 'OK');
    return byes.map((bye) => header(bye, 'Reason') ?? '');
  }

  const newest = (role: 'caller' | 'callee') =>
    network.seconds.at(-1)?.directions.find((direction) => direction.role === role);

  it('is told each second in both directions, and one that stays silent is named', async () => {
    await call(false);
    await expect.poll(() => newest('callee')?.silent, { timeout: 20_000 }).toBe(true);
    expect(newest('callee')).toMatchObject({ packets: 0, mos: null });
    expect(newest('caller')).toMatchObject({ silent: false, codec: 'PCMU' });
    expect(network.seconds[0]?.directions.some(({ silent }) => silent)).toBe(false);
    // What was sent is told, each packet once, give or take the second that is not over.
    const told = network.seconds
      .flatMap(({ directions }) => directions)
      .filter(({ role }) => role === 'caller')
      .reduce((sum, { packets }) => sum + packets, 0);
    expect(told).toBeGreaterThan(150);
    expect(told).toBeLessThanOrEqual(sounds.bob.received() + 60);
    const { callId, time } = network.seconds.at(-1)!;
    expect(await network.store.calls.get(callId)).toMatchObject({ status: 'in-progress' });
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(10_000);
  }, 40_000);

  it('ends with both sides told when nothing comes any more, and its record says what came before', async () => {
    await call();
    await expect.poll(() => network.seconds.length, { timeout: 10_000 }).toBeGreaterThan(2);
    sounds.alice.silence();
    sounds.bob.silence();
    for (const reason of await bothAreTold()) expect(reason).toMatch(/^Q\.850;cause=102;text="Media timeout/);
    const ended = await network.endedCall();
    expect(ended).toMatchObject({ status: 'completed', end: { by: 'network', q850Cause: 102 } });
    for (const leg of ended.legs) {
      expect(leg.media).toMatchObject({ codec: 'PCMU' });
      expect(leg.media?.packets).toBeGreaterThan(50);
    }
  }, 40_000);

  it('goes on while it is on hold, however silent it is', async () => {
    const { invite, ok } = await call();
    await expect.poll(() => network.seconds.length, { timeout: 10_000 }).toBeGreaterThan(1);
    const hold = alice.sip.inDialog('INVITE', invite, ok, { body: sdp('inactive', sounds.alice.port) });
    const toBob = await bob.sip.request('INVITE');
    bob.sip.reply(toBob, 200, 'OK', { body: sdp('inactive', sounds.bob.port) });
    alice.sip.ack(hold, await alice.sip.response(200, 'INVITE'));
    await bob.sip.request('ACK');
    sounds.alice.silence();
    sounds.bob.silence();
    const heldSince = network.seconds.length;
    await expect
      .poll(() => network.seconds.length - heldSince, { timeout: 30_000 })
      .toBeGreaterThan(TIMEOUT_SEC + 2);
    expect(newest('caller')).toMatchObject({ packets: 0, silent: false });
    for (const phone of [alice, bob])
      expect(phone.sip.unread()).not.toContainEqual(expect.stringMatching(/^BYE/));
  }, 50_000);

  it('ends within seconds when the media server dies, and its record says so', async () => {
    await call();
    await expect.poll(() => network.seconds.length, { timeout: 10_000 }).toBeGreaterThan(2);
    network.rtpengine.crash();
    if (kind === 'rtpengine') await network.rtpengine.restart();
    const reasons = await bothAreTold();
    expect(reasons[0]).toBe('Q.850;cause=41;text="The media server lost the call"');
    const ended = await network.endedCall();
    expect(ended).toMatchObject({ status: 'failed', end: { sentence: 'The media server lost the call' } });
    for (const leg of ended.legs) expect(leg.media?.packets).toBeGreaterThan(50);
  }, 40_000);
});
