import { header, headers } from '@ringback/sip';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNetwork, type TestNetwork } from './support/network.ts';
import { ALICE, BOB, SubscriberPhone, sdp } from './support/subscriber-phone.ts';

describe('who may call', () => {
  let network: TestNetwork;
  let alice: SubscriberPhone;
  let bob: SubscriberPhone;

  beforeAll(async () => {
    network = await startNetwork();
    alice = await SubscriberPhone.open(network, ALICE);
    bob = await SubscriberPhone.open(network, BOB);
    await bob.register();
  }, 60_000);
  afterAll(async () => {
    alice?.close();
    bob?.close();
    await network?.close();
  });

  const uri = 'sip:1002@ringback.local';

  it('nobody without credentials', async () => {
    const invite = alice.build('INVITE', uri, { body: sdp() });
    alice.sip.send(invite);
    alice.sip.ackFailure(invite, await alice.sip.response(407));
    expect(bob.sip.unread()).toEqual([]);
    expect((await network.store.calls.list({})).calls).toEqual([]);
  });

  it('nobody with a made-up To tag', async () => {
    const invite = alice.build('INVITE', uri, { body: sdp(), headers: { To: `<${uri}>;tag=made-up` } });
    alice.sip.send(invite);
    alice.sip.ackFailure(invite, await alice.sip.response(481));
    expect(bob.sip.unread()).toEqual([]);
  });

  it('nobody who requires what is not known here', async () => {
    const invite = alice.build('INVITE', uri, {
      body: sdp(),
      headers: { Require: 'resource-priority, precondition' },
    });
    alice.sip.send(invite);
    const refused = await alice.sip.response(420);
    alice.sip.ackFailure(invite, refused);
    expect(headers(refused, 'Unsupported')).toEqual(['resource-priority', 'precondition']);
  });

  it('nobody in the name of somebody else', async () => {
    const from = { From: '"Bob" <sip:1002@ringback.local>;tag=1' };
    const first = alice.build('INVITE', uri, { body: sdp(), headers: from });
    const { request, response } = await alice.authenticated(first, 403);
    alice.sip.ackFailure(request, response);
    expect(bob.sip.unread()).toEqual([]);
  });

  it('shows the name on record, not the one that the phone gives', async () => {
    const from = { From: '"The Bank" <sip:1001@ringback.local>;tag=2' };
    const invite = await alice.challenged(alice.build('INVITE', uri, { body: sdp(), headers: from }));
    alice.sip.send(invite);
    const incoming = await bob.sip.request('INVITE');
    expect(header(incoming, 'From')).toMatch(/^"?Alice"? <sip:1001@ringback\.local>;tag=/);
    bob.sip.reply(incoming, 486, 'Busy Here');
    alice.sip.ackFailure(invite, await alice.sip.response(486));
    await network.endedCall();
  });

  it('puts a call with a wrong password on record, and one that only asks for a challenge on none', async () => {
    const mallory = await SubscriberPhone.open(network, { ...ALICE, password: 'wrong' });
    const invite = await mallory.challenged(
      mallory.build('INVITE', 'sip:1002@ringback.local', { body: sdp() }),
    );
    mallory.sip.send(invite);
    mallory.sip.ackFailure(invite, await mallory.sip.response(407));
    expect(await network.endedCall()).toMatchObject({
      status: 'failed',
      from: { number: '1001' },
      to: { number: '1002' },
      end: { by: 'network', sipStatus: 407, code: 'not-authenticated' },
      legs: [{ role: 'caller', state: 'terminated', sipStatus: 407 }],
    });
    mallory.close();
  });

  it('does not let a phone name the call it belongs to', async () => {
    const id = '01920000-0000-7000-8000-000000000001';
    const invite = await alice.invite('1002', { headers: { 'X-Ringback-Call': id }, body: sdp() });
    const incoming = await bob.sip.request('INVITE');
    bob.sip.reply(incoming, 486, 'Busy Here');
    alice.sip.ackFailure(invite, await alice.sip.response(486));
    expect((await network.endedCall()).id).not.toBe(id);
  });

  it('needs a description of media that can be read', async () => {
    for (const body of ['', 'v=0\r\nnot SDP\r\n', sdp().replace(/^m=audio \d+/m, 'm=audio 0')]) {
      const invite = await alice.invite('1002', { body });
      alice.sip.ackFailure(invite, await alice.sip.response(488));
      expect(await network.endedCall()).toMatchObject({
        status: 'failed',
        end: { by: 'network', sipStatus: 488 },
      });
    }
  });
});

describe('voices', () => {
  let network: TestNetwork;
  let alice: SubscriberPhone;
  const voices: SubscriberPhone[] = [];

  beforeAll(async () => {
    network = await startNetwork();
    alice = await SubscriberPhone.open(network, ALICE);
    await alice.register();
    for (let index = 0; index < 2; index++) {
      const session = await network.bus.request('session.issue', { kind: 'voice' });
      expect(session).toMatchObject({ number: 'voice', uri: 'sip:voice@ringback.local' });
      const { number, username, password } = session;
      const voice = await SubscriberPhone.open(network, { number, username, password }, 'ws');
      await voice.register();
      voices.push(voice);
    }
  }, 60_000);
  afterAll(async () => {
    alice?.close();
    for (const voice of voices) voice.close();
    await network?.close();
  });

  const id = '01920000-0000-7000-8000-000000000002';

  it('call in the name they are told, for the call they are told', async () => {
    const voice = voices[0]!;
    await network.store.calls.create({
      id,
      status: 'queued',
      from: { number: 'voice', displayName: 'Dr. "Who" Ø' },
      to: { number: '1001', displayName: 'Alice' },
      text: 'Hello',
      voiceId: 'builtin:anna',
      speechProvider: null,
      createdAt: new Date().toISOString(),
      ringingAt: null,
      answeredAt: null,
      endedAt: null,
      durationMs: null,
      end: null,
    });
    const invite = await voice.invite('1001', {
      body: sdp(),
      headers: { 'X-Ringback-Call': id, From: '"Dr. \\"Who\\" Ø" <sip:voice@ringback.local>;tag=3' },
    });
    const incoming = await alice.sip.request('INVITE');
    expect(header(incoming, 'From')).toMatch(/^"Dr\. \\"Who\\" Ø" <sip:voice@ringback\.local>;tag=/);
    expect(header(incoming, 'X-Ringback-Call')).toBeUndefined();
    alice.sip.reply(incoming, 180, 'Ringing');
    await voice.sip.response(180);
    alice.sip.reply(incoming, 486, 'Busy Here');
    await alice.sip.request('ACK');
    voice.sip.ackFailure(invite, await voice.sip.response(486));
    const record = await network.endedCall();
    expect(record).toMatchObject({ id, status: 'busy', text: 'Hello', voiceId: 'builtin:anna' });
    expect(record.legs.map(({ kind }) => kind).sort()).toEqual(['phone', 'voice']);
  });

  it('do not dial again for a call that has ended', async () => {
    const voice = voices[0]!;
    const invite = await voice.invite('1001', { body: sdp(), headers: { 'X-Ringback-Call': id } });
    voice.sip.ackFailure(invite, await voice.sip.response(487));
    expect(alice.sip.unread()).toEqual([]);
  });

  it('take turns at the service numbers, and stand in for each other', async () => {
    const taken = new Set<SubscriberPhone>();
    for (let index = 0; index < 2; index++) {
      const invite = await alice.invite('9196');
      const asked = voices.map(async (each) => [await each.sip.request('INVITE'), each] as const);
      const [incoming, voice] = await Promise.race(asked);
      taken.add(voice);
      expect(header(incoming, 'To')).toBe('<sip:9196@ringback.local>');
      expect(header(incoming, 'X-Ringback-Call')).toMatch(/^[0-9a-f-]{36}$/);
      expect(new TextDecoder().decode(incoming.body)).toContain('RTP/AVP');
      // This one cannot; the other one takes over, on the same call.
      voice.sip.reply(incoming, 503, 'Service Unavailable');
      const [second, other] = (await Promise.all(asked)).find(([, each]) => each !== voice)!;
      expect(header(second, 'X-Ringback-Call')).toBe(header(incoming, 'X-Ringback-Call'));
      other.sip.reply(second, 486, 'Busy Here');
      alice.sip.ackFailure(invite, await alice.sip.response(486));
      expect((await network.endedCall()).to).toEqual({ number: '9196', displayName: 'Echo' });
    }
    expect(taken.size).toBe(2);
    expect(await network.store.bindings.ofNumber('voice', Date.now())).toHaveLength(2);
  });

  it('have credentials of their own, as pages do', async () => {
    const first = await network.bus.request('session.issue', { kind: 'page' });
    const second = await network.bus.request('session.issue', { kind: 'page' });
    expect([first.number, second.number]).toEqual(['2001', '2002']);
    expect(first.displayName).toBe('Browser 2001');
    const again = await network.bus.request('session.issue', { kind: 'page', number: '2001' });
    expect(again.number).toBe('2001');
    expect(again.username).not.toBe(first.username);
    await expect(
      network.bus.request('session.issue', { kind: 'page', number: '4711' }),
    ).rejects.toMatchObject({
      code: 'not-found',
    });
    const page = await SubscriberPhone.open(network, first, 'ws');
    await page.register();
    page.close();
  });
});
