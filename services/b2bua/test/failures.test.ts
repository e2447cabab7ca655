import { startDrachtio } from '@ringback/drachtio-embedded';
import { createLogger } from '@ringback/runtime';
import { header } from '@ringback/sip';
import { openStore } from '@ringback/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { start } from '../src/index.ts';
import { SECRET, startNetwork, type TestNetwork } from './support/network.ts';
import { ALICE, BOB, SubscriberPhone, sdp } from './support/subscriber-phone.ts';

describe('when something breaks', () => {
  let network: TestNetwork;
  let alice: SubscriberPhone;
  let bob: SubscriberPhone;

  beforeEach(async () => {
    network = await startNetwork({ watchIntervalMs: 600 }, 'rtpengine-embedded');
    alice = await SubscriberPhone.open(network, ALICE);
    bob = await SubscriberPhone.open(network, BOB);
    await alice.register();
    await bob.register();
  }, 60_000);
  afterEach(async () => {
    alice?.close();
    bob?.close();
    await network?.close();
  });

  async function call() {
    const invite = await alice.invite('1002');
    const incoming = await bob.sip.request('INVITE');
    const answer = bob.sip.reply(incoming, 200, 'OK', { body: sdp() });
    const ok = await alice.sip.response(200, 'INVITE');
    alice.sip.ack(invite, ok);
    await bob.sip.request('ACK');
    return { invite, ok, incoming, answer };
  }

  it('says 503 and keeps a record while the media server is away', async () => {
    await network.rtpengine.close();
    const invite = await alice.invite('1002');
    alice.sip.ackFailure(invite, await alice.sip.response(503, 'INVITE'));
    expect(await network.endedCall()).toMatchObject({
      status: 'failed',
      end: { by: 'network', sipStatus: 503, sentence: 'The media server does not answer' },
    });
    expect(bob.sip.unread()).toEqual([]);
    await expect.poll(() => network.health.get('media')?.state, { timeout: 8_000 }).toBe('down');
    expect(network.health.get('b2bua')?.state).toBe('degraded');
  });

  it('ends a call whose phone vanished without a word', async () => {
    await bob.register({ Contact: '*', Expires: '0' });
    const desk = await SubscriberPhone.open(network, BOB, 'tcp');
    await desk.register();
    const invite = await alice.invite('1002');
    await desk.answer(await desk.sip.request('INVITE'));
    alice.sip.ack(invite, await alice.sip.response(200, 'INVITE'));
    desk.close();
    // Alice is asked too, whether she is still there.
    alice.sip.reply(await alice.sip.request('OPTIONS'), 200, 'OK');
    alice.sip.reply(await alice.sip.request('BYE'), 200, 'OK');
    expect(await network.endedCall()).toMatchObject({
      status: 'completed',
      end: { by: 'network', q850Cause: 27, sentence: "The called party's phone does not answer any more" },
    });
  });

  it('ends a call whose phone no longer knows it', async () => {
    await call();
    bob.sip.reply(await bob.sip.request('OPTIONS'), 481, 'Call Does Not Exist');
    alice.sip.reply(await alice.sip.request('BYE'), 200, 'OK');
    expect((await network.endedCall()).end?.by).toBe('network');
  });

  it('ends a call that the media server has lost', async () => {
    await call();
    network.rtpengine.crash();
    for (const phone of [alice, bob]) phone.sip.reply(await phone.sip.request('BYE'), 200, 'OK');
    expect((await network.endedCall()).end).toMatchObject({
      by: 'network',
      sentence: 'The media server lost the call',
    });
  });

  it('closes: no new calls, the others are ended and on record', async () => {
    await call();
    const drained = network.b2bua.drain();
    const refused = alice.build('INVITE', 'sip:1002@ringback.local', { body: sdp() });
    alice.sip.send(refused);
    const response = await alice.sip.response(503, 'INVITE');
    expect(header(response, 'Retry-After')).toBe('10');
    alice.sip.reply(await alice.sip.request('BYE'), 200, 'OK');
    bob.sip.reply(await bob.sip.request('BYE'), 200, 'OK');
    await drained;
    expect(await network.endedCall()).toMatchObject({
      status: 'completed',
      end: { by: 'network', sentence: 'The network was shut down' },
    });
  });

  it('keeps the records straight when the SIP server goes away, and says so', async () => {
    await call();
    await network.stopSip();
    expect(await network.endedCall()).toMatchObject({
      status: 'failed',
      end: { by: 'network', sentence: 'The connection to the SIP server was lost' },
    });
    expect(network.health.get('sip')?.state).toBe('down');
  });

  it('tells the health of its parts to who asks, and does not let him wait', async () => {
    network.health.clear();
    network.bus.publish('health.asked', {});
    await expect.poll(() => [...network.health.keys()]).toEqual(['sip', 'media', 'b2bua']);
  });

  it('takes up its work when the SIP server is back', async () => {
    const { udp } = network.sip;
    await network.stopSip();
    await expect.poll(() => network.health.get('sip')?.state).toBe('down');
    const again = await startDrachtio({
      contacts: [`sip:127.0.0.1:${udp.port};transport=udp`],
      admin: { host: '127.0.0.1', port: network.drachtio.adminPort, secret: SECRET },
      logger: createLogger('b2bua-test', 'silent'),
    });
    await expect.poll(() => network.health.get('sip')?.state, { timeout: 5_000 }).toBe('up');
    await alice.register();
    const { invite, ok } = await call();
    alice.sip.inDialog('BYE', invite, ok);
    bob.sip.reply(await bob.sip.request('BYE'), 200, 'OK');
    expect(await network.endedCall()).toMatchObject({ status: 'completed' });
    await again.close();
  });

  it('does not start with the wrong secret', async () => {
    const config = { ...network.config, drachtio: { ...network.config.drachtio!, secret: 'guess' } };
    const logger = createLogger('b2bua-test', 'silent');
    await expect(start({ config, bus: network.bus, logger })).rejects.toThrow(/^DRACHTIO_URL: .*secret/);
    await expect(
      start({ config: { ...config, rtpengine: undefined }, bus: network.bus, logger }),
    ).rejects.toThrow(/^RTPENGINE_URL/);
  });

  it('closes at the next start what a crash left open', async () => {
    const logger = createLogger('b2bua-test', 'silent');
    const store = await openStore({ url: network.config.databaseUrl!, logger });
    const id = '01920000-0000-7000-8000-000000000003';
    const open = { text: null, voiceId: null, speechProvider: null, ringingAt: null, answeredAt: null };
    await store.calls.create({
      id,
      status: 'ringing',
      from: { number: '1001', displayName: null },
      to: { number: '1002', displayName: null },
      createdAt: new Date().toISOString(),
      endedAt: null,
      durationMs: null,
      end: null,
      ...open,
    });
    const second = await start({ config: network.config, bus: network.bus, logger });
    expect((await store.calls.get(id))?.status).toBe('failed');
    expect(second.newSubscribers).toEqual([]);
    await second.close();
    await store.close();
  });
});
