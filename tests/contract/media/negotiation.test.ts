import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseSdp, remoteAudio } from '@ringback/sdp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENGINES, type RunningEngine, until } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';

let calls = 0;
const { toPlain } = PROFILES;
const ours = { replace: ['origin', 'session-connection'], flags: ['trust-address'] };

describe.each(ENGINES)('offer and answer through $name', (engine) => {
  let server: RunningEngine;
  let ng: NgClient;
  let alice: PlainPhone;
  let bob: PlainPhone;
  let open: PlainPhone[];
  let call: { 'call-id': string; 'from-tag': string };

  beforeAll(async () => {
    server = await engine.start();
    ng = await openNgClient(server.ngPort);
  });
  afterAll(async () => {
    ng?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    call = { 'call-id': `negotiation-${++calls}`, 'from-tag': 'a' };
    open = [];
    alice = await phone();
    bob = await phone();
  });
  afterEach(async () => {
    for (const one of open) one.hangUp();
    await ng.send('delete', { 'call-id': call['call-id'] });
  });

  async function phone(address?: string): Promise<PlainPhone> {
    const opened = await PlainPhone.open(address);
    open.push(opened);
    return opened;
  }

  async function offer(sdp: string, options: object = {}): Promise<string> {
    return ng.sdp('offer', { ...call, ...toPlain, ...options, sdp });
  }

  async function answer(sdp: string, options: object = {}): Promise<string> {
    return ng.sdp('answer', { ...call, ...toPlain, 'to-tag': 'b', ...options, sdp });
  }

  async function connect(): Promise<{ toBob: string; toAlice: string }> {
    const toBob = await offer(alice.describe());
    bob.connect(toBob);
    const toAlice = await answer(bob.describe());
    alice.connect(toAlice);
    return { toBob, toAlice };
  }

  async function hears(listener: PlainPhone): Promise<void> {
    const count = listener.heard.length;
    await until('sound', () => listener.heard.length > count + 5);
  }

  /** No packet comes while others, to somebody else, do. rtpengine 10.5 passes on what is sent against its direction. */
  async function hearsNothing(listener: PlainPhone, other: PlainPhone): Promise<void> {
    await hears(other);
    const count = listener.heard.length;
    await hears(other);
    if (engine.name !== 'debian') expect(listener.heard.length).toBe(count);
  }

  const query = () => ng.send('query', { 'call-id': call['call-id'] });

  it('a phone holds by sendonly, is held by inactive, and resumes: who is held hears nothing of it', async () => {
    const before = await connect();
    alice.play(440);
    bob.play(1000);
    await Promise.all([hears(alice), hears(bob)]);
    const again = { 'to-tag': 'b' };
    const held = await offer(alice.describe({ direction: 'sendonly' }), again);
    expect(remoteAudio(held)).toMatchObject({ direction: 'sendonly', port: remoteAudio(before.toBob).port });
    const agreed = await answer(bob.describe({ direction: 'recvonly' }), again);
    expect(remoteAudio(agreed).direction).toBe('recvonly');
    await hearsNothing(alice, bob);
    expect(remoteAudio(await offer(alice.describe({ direction: 'inactive' }), again)).direction).toBe(
      'inactive',
    );
    expect(remoteAudio(await answer(bob.describe({ direction: 'inactive' }), again)).direction).toBe(
      'inactive',
    );
    const resumed = await offer(alice.describe(), again);
    expect(remoteAudio(resumed)).toMatchObject({
      direction: 'sendrecv',
      port: remoteAudio(before.toBob).port,
    });
    expect(remoteAudio(await answer(bob.describe(), again)).port).toBe(remoteAudio(before.toAlice).port);
    await Promise.all([hears(alice), hears(bob)]);
  });

  it('a phone holds by an address of zero: passed on as it is, or as ours when asked', async () => {
    const before = await connect();
    alice.play(440);
    bob.play(1000);
    await Promise.all([hears(alice), hears(bob)]);
    const zero = () => alice.describe().replace('c=IN IP4 127.0.0.1', 'c=IN IP4 0.0.0.0');
    const held = await offer(zero(), { 'to-tag': 'b' });
    expect(held).toContain('c=IN IP4 0.0.0.0');
    expect(held).toContain('a=sendonly');
    const replace = [...ours.replace, 'zero-address'];
    expect(await offer(zero(), { 'to-tag': 'b', replace })).toContain('c=IN IP4 127.0.0.1');
    await answer(bob.describe({ direction: 'recvonly' }));
    await hearsNothing(alice, bob);
    const resumed = await offer(alice.describe(), { 'to-tag': 'b' });
    expect(remoteAudio(resumed).port).toBe(remoteAudio(before.toBob).port);
    await answer(bob.describe());
    await Promise.all([hears(alice), hears(bob)]);
  });

  it('a re-offer from either side that changes nothing changes no port', async () => {
    const { toBob, toAlice } = await connect();
    expect(remoteAudio(await offer(alice.describe(), { 'to-tag': 'b' })).port).toBe(remoteAudio(toBob).port);
    expect(remoteAudio(await answer(bob.describe())).port).toBe(remoteAudio(toAlice).port);
    const back = { 'from-tag': 'b', 'to-tag': 'a' };
    expect(remoteAudio(await offer(bob.describe(), back)).port).toBe(remoteAudio(toAlice).port);
    expect(remoteAudio(await answer(alice.describe(), back)).port).toBe(remoteAudio(toBob).port);
    alice.play(440);
    bob.play(1000);
    await Promise.all([hears(alice), hears(bob)]);
  });

  it('a command that is sent again under another cookie, since its reply is late, changes nothing', async () => {
    const offers = await Promise.all([offer(alice.describe()), offer(alice.describe())]);
    bob.connect(offers[1]);
    const answers = await Promise.all([answer(bob.describe()), answer(bob.describe())]);
    alice.connect(answers[1]);
    const [first, second] = [...offers, ...answers].map((sdp) => remoteAudio(parseSdp(sdp))?.port);
    expect(second).toBe(first);
    expect(remoteAudio(parseSdp(answers[0]))?.port).toBe(remoteAudio(parseSdp(answers[1]))?.port);
    alice.play(440);
    bob.play(1000);
    await hears(alice);
    await hears(bob);
  });

  it('who moves to another phone in a re-offer is followed, and the old one is heard no longer', async () => {
    await connect();
    alice.play(440);
    await hears(bob);
    const elsewhere = await phone();
    const again = { 'to-tag': 'b' };
    await offer(elsewhere.describe(), again);
    elsewhere.connect(await answer(bob.describe(), again));
    alice.silence();
    elsewhere.play(600);
    bob.play(1000);
    await Promise.all([hears(elsewhere), hears(bob)]);
  });

  it('several phones answer one offer: the one that answered last is spoken to', async () => {
    const toBob = await offer(alice.describe());
    const carol = await phone();
    bob.connect(toBob);
    carol.connect(toBob);
    // An early answer (183) of one, then the other picks up.
    alice.connect(await answer(bob.describe(), { 'to-tag': 'early' }));
    bob.play(1000);
    alice.play(440);
    await Promise.all([hears(alice), hears(bob)]);
    const final = await answer(carol.describe(), { 'to-tag': 'final' });
    alice.connect(final);
    bob.silence();
    carol.play(700);
    await Promise.all([hears(alice), hears(carol)]);
    expect((await query()).tags).toHaveProperty('final');
  });

  it('an offer that comes late, in the 200, is answered in the ACK', async () => {
    // The callee's 200 has the offer, so the callee is who offers.
    const late = { 'from-tag': 'callee' };
    const toCaller = await offer(bob.describe(), late);
    alice.connect(toCaller);
    bob.connect(await answer(alice.describe(), { ...late, 'to-tag': 'caller' }));
    alice.play(440);
    bob.play(1000);
    await Promise.all([hears(alice), hears(bob)]);
  });

  it.each([
    ['address-family IP6', { 'address-family': 'IP6' }],
    ['direction', { direction: ['default', 'six'] }],
  ])('IPv4 and IPv6 hear each other by %s', async (_, options) => {
    const six = await phone('::1');
    const toSix = await offer(alice.describe(), options);
    expect(toSix).toContain('c=IN IP6 ::1');
    six.connect(toSix);
    const toAlice = await answer(six.describe());
    expect(toAlice).toContain('c=IN IP4 127.0.0.1');
    alice.connect(toAlice);
    alice.play(440);
    six.play(1000);
    await Promise.all([hears(alice), hears(six)]);
    // It stays there without being told again, and from the other side too.
    expect(await offer(alice.describe(), { 'to-tag': 'b' })).toContain('c=IN IP6 ::1');
    await answer(six.describe());
    const back = { 'from-tag': 'b', 'to-tag': 'a' };
    expect(await offer(six.describe(), back)).toContain('c=IN IP4 127.0.0.1');
  });

  const flat = (sdp: string) => ({
    mux: sdp.includes('a=rtcp-mux'),
    rtcp: Number(/a=rtcp:(\d+)/.exec(sdp)?.[1]) - remoteAudio(sdp).port,
  });
  it.each<[string[], boolean, { mux: boolean; rtcp: number }, boolean, boolean]>([
    // options, offered by Alice; what Bob is offered; what Alice is answered when Bob does not take it, when he does.
    [[], false, { mux: false, rtcp: 1 }, false, false],
    [[], true, { mux: true, rtcp: 1 }, false, true],
    [['offer'], false, { mux: true, rtcp: 1 }, false, false],
    [['offer'], true, { mux: true, rtcp: 1 }, false, true],
    [['require'], false, { mux: true, rtcp: 0 }, false, false],
    [['require'], true, { mux: true, rtcp: 0 }, false, true],
    [['demux'], false, { mux: false, rtcp: 1 }, false, false],
    [['demux'], true, { mux: false, rtcp: 1 }, true, true],
    [['accept'], false, { mux: false, rtcp: 1 }, false, false],
    [['accept'], true, { mux: true, rtcp: 1 }, true, true],
    [['reject'], true, { mux: true, rtcp: 1 }, false, false],
    [['reject', 'offer'], false, { mux: true, rtcp: 1 }, false, false],
  ])('rtcp-mux %j, offered: %s', async (options, offered, toBob, untaken, taken) => {
    const muxed = (sdp: string, yes: boolean) => (yes ? `${sdp}a=rtcp-mux\r\n` : sdp);
    for (const [takes, answered] of [
      [false, untaken],
      [true, taken],
    ] as const) {
      const id = { 'call-id': `negotiation-${++calls}`, 'from-tag': 'a' };
      const offer = { ...id, 'rtcp-mux': options, sdp: muxed(alice.describe(), offered) };
      expect(flat(await ng.sdp('offer', offer))).toEqual(toBob);
      const toAlice = await ng.sdp('answer', { ...id, 'to-tag': 'b', sdp: muxed(bob.describe(), takes) });
      expect(flat(toAlice)).toEqual({ mux: answered, rtcp: answered ? 0 : 1 });
      await ng.send('delete', { 'call-id': id['call-id'] });
    }
  });

  it('reports go to the port and address that a=rtcp names', async () => {
    const ear = createSocket('udp4');
    ear.bind(0, '127.0.0.1');
    await once(ear, 'listening');
    let reports = 0;
    ear.on('message', () => reports++);
    bob.connect(await offer(alice.describe()));
    const sdp = `${bob.describe()}a=rtcp:${ear.address().port} IN IP4 127.0.0.1\r\n`;
    alice.connect(await answer(sdp));
    alice.play(440);
    await until('a report', () => reports > 0, 20_000);
    ear.close();
  });

  it('on one port for RTP and RTCP, reports come on that of RTP', async () => {
    const toBob = await ng.sdp('offer', { ...call, ...ours, 'rtcp-mux': ['offer'], sdp: alice.describe() });
    bob.connect(toBob);
    alice.connect(await answer(`${bob.describe()}a=rtcp-mux\r\n`));
    alice.play(440);
    bob.play(1000);
    // RFC 5761 4: what looks like payload types 72 to 76 is a report.
    await until(
      'a report among the sound',
      () => bob.heard.some(({ payloadType, marker }) => marker && payloadType >= 72 && payloadType <= 76),
      20_000,
    );
  });

  it('full-rtcp-attribute, generate-mid and label', async () => {
    const flags = ['full-rtcp-attribute', 'generate-mid'];
    const toBob = await ng.sdp('offer', { ...call, ...ours, flags, label: 'caller', sdp: alice.describe() });
    expect(toBob).toMatch(/a=rtcp:\d+ IN IP4 127\.0\.0\.1\r\n/);
    expect(toBob).toMatch(/a=mid:\d\r\n/);
    await answer(bob.describe(), { label: 'callee' });
    const { tags } = await query();
    expect([tags.a.label, tags.b.label]).toEqual(['caller', 'callee']);
  });

  it('video is refused with port 0 in its place, and the audio works', async () => {
    const video = ['m=video 7000 RTP/AVP 96', 'a=rtpmap:96 VP8/90000', ''];
    const lines = alice.describe().split('m=');
    const toBob = await offer([lines[0], `${video.join('\r\n').slice(2)}`, lines[1]].join('m='));
    bob.connect(toBob);
    const [head, audio] = bob.describe().split('m=');
    const answered = parseSdp(toBob).media.map(({ type }) =>
      type === 'audio' ? audio : 'video 0 RTP/AVP 96\r\n',
    );
    const toAlice = await answer([head, ...answered].join('m='));
    expect(parseSdp(toAlice).media.map(({ type, port }) => [type, port === 0])).toEqual([
      ['video', true],
      ['audio', false],
    ]);
    alice.connect(toAlice);
    alice.play(440);
    bob.play(1000);
    await Promise.all([hears(alice), hears(bob)]);
    // Bob offers again: Alice finds her two lines in their order.
    const back = await offer(toAliceShaped(bob.describe(), toBob), { 'from-tag': 'b', 'to-tag': 'a' });
    expect(parseSdp(back).media.map(({ type, port }) => [type, port === 0])).toEqual([
      ['video', true],
      ['audio', false],
    ]);
  });

  /** Bob's description with as many lines as his offer had. */
  function toAliceShaped(sdp: string, offered: string): string {
    const [head, audio] = sdp.split('m=');
    const lines = parseSdp(offered).media.map(({ type }) =>
      type === 'audio' ? audio : 'video 0 RTP/AVP 96\r\n',
    );
    return [head, ...lines].join('m=');
  }

  it.each([
    [[], 'o=bob 78 9 IN IP4 192.0.2.3', 's=x'],
    [['origin'], 'o=bob 78 9 IN IP4 127.0.0.1', 's=x'],
    [['username'], 'o=alice 78 9 IN IP4 192.0.2.3', 's=x'],
    [['session-name'], 'o=bob 78 9 IN IP4 192.0.2.3', 's=call'],
    [['sdp-version'], 'o=bob 78 4 IN IP4 192.0.2.3', 's=x'],
  ])('replace %j keeps of the first description what it says', async (replace, origin, name) => {
    const from = (line: string, session: string, direction?: 'sendonly') =>
      alice
        .describe(direction ? { direction } : {})
        .replace(/^o=.*$/m, line)
        .replace(/^s=.*$/m, session);
    await ng.sdp('offer', { ...call, replace, sdp: from('o=alice 77 3 IN IP4 192.0.2.1', 's=call') });
    const again = from('o=bob 78 9 IN IP4 192.0.2.3', 's=x', 'sendonly');
    const lines = (await ng.sdp('offer', { ...call, replace, sdp: again })).split('\r\n');
    expect(lines.slice(1, 3)).toEqual([origin, name]);
  });

  it('media-address stands in the description, SIP-source-address is where media goes', async () => {
    const options = { ...ours, 'media address': '203.0.113.9' };
    expect(await ng.sdp('offer', { ...call, ...options, sdp: alice.describe() })).toContain(
      'c=IN IP4 203.0.113.9',
    );
    await ng.send('delete', { 'call-id': call['call-id'] });
    const behindNat = alice.describe().replace('c=IN IP4 127.0.0.1', 'c=IN IP4 10.1.1.1');
    const source = { flags: ['SIP-source-address'], 'received from': ['IP4', '203.0.113.7'] };
    await ng.sdp('offer', { ...call, ...source, sdp: behindNat });
    await answer(bob.describe());
    const stream = (await query()).tags.a.medias[0].streams[0];
    expect(stream.endpoint).toEqual({ family: 'IPv4', address: '203.0.113.7', port: alice.port });
  });
});
