import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeNgFrame } from '@ringback/rtpengine-ng';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SupervisedRtpengine } from '../src/index.ts';
import {
  exchange,
  exchangeBytes,
  HOST,
  joinPhones,
  mediaPorts,
  openSocket,
  pids,
  startEngine,
  TestPhone,
  until,
} from './engine-support.ts';

const rtpPorts = mediaPorts();
let engine: SupervisedRtpengine;
let alice: TestPhone;
let bob: TestPhone;
let calls = 0;
let callId: string;

beforeAll(async () => {
  engine = await startEngine({ rtpPorts });
});
afterAll(() => engine.close());
beforeEach(async () => {
  callId = `call-${++calls}`;
  [alice, bob] = [await TestPhone.open(), await TestPhone.open()];
});
afterEach(async () => {
  alice.close();
  bob.close();
  await exchange(engine.ngPort, { command: 'delete', 'call-id': callId });
});

const ng = (body: Parameters<typeof exchange>[1], cookie?: string) => exchange(engine.ngPort, body, cookie);
// biome-ignore lint/suspicious/noExplicitAny: a reply is read as an application reads it
const query = async (): Promise<any> => ng({ command: 'query', 'call-id': callId });

describe('the profile of an answer', () => {
  const answered = async (options: object): Promise<string> => {
    const call = { 'call-id': callId, 'from-tag': 'a' };
    await ng({ command: 'offer', ...call, sdp: alice.describe() });
    const sdp = bob.describe().replace('RTP/AVP', 'RTP/AVPF');
    const reply = await ng({ command: 'answer', ...call, 'to-tag': 'b', sdp, ...options });
    return /^m=audio \d+ (\S+)/m.exec(String(reply.sdp))?.[1] ?? '';
  };

  it('is that of the offer', async () => {
    expect(await answered({})).toBe('RTP/AVP');
  });

  it('is what was answered, by `transport-protocol: accept`', async () => {
    expect(await answered({ 'transport-protocol': 'accept' })).toBe('RTP/AVPF');
  });
});

describe('control', () => {
  it('answers a repeated command with the same bytes, and does it once', async () => {
    const offer = { command: 'offer', 'call-id': callId, 'from-tag': 'a', sdp: alice.describe() };
    const bytes = writeNgFrame('11111111-2222-3333-4444-555555555555', offer);
    const replies = await Promise.all([
      exchangeBytes(engine.ngPort, bytes),
      exchangeBytes(engine.ngPort, bytes),
    ]);
    replies.push(await exchangeBytes(engine.ngPort, bytes));
    expect(new Set(replies.map(String)).size).toBe(1);
    expect(String(replies[0])).toMatch(/^11111111-2222-3333-4444-555555555555 d/);
    expect((await query()).tags).toMatchObject({ a: { medias: [] }, '<untagged 1>': {} });
  });

  it('survives garbage, and says so where there is a cookie', async () => {
    expect(String(await exchangeBytes(engine.ngPort, Buffer.from('c garbage')))).toContain('error-reason');
    expect(await ng({ command: 'fly to the moon' })).toEqual(
      expect.objectContaining({ result: 'error', 'error-reason': 'Unrecognized command' }),
    );
    const socket = await openSocket();
    const send = (bytes: Uint8Array) =>
      new Promise<void>((resolve) => socket.send(bytes, engine.ngPort, HOST, () => resolve()));
    await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), send), {
      numRuns: 500,
    });
    socket.close();
    expect(await ng({ command: 'ping' })).toEqual(expect.objectContaining({ result: 'pong' }));
  });

  it('refuses a WebRTC offer that would harm the native library, and lives', async () => {
    const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
    const good = [
      'm=audio 9 UDP/TLS/RTP/SAVPF 0',
      'a=mid:0',
      'a=rtcp-mux',
      'a=setup:actpass',
      'a=ice-ufrag:abcd',
      'a=ice-pwd:0123456789012345678901',
      `a=fingerprint:sha-256 ${new Array(32).fill('AB').join(':')}`,
      'a=candidate:1 1 udp 2122260223 127.0.0.1 9 typ host',
    ];
    const before = pids(engine);
    const change = fc.record({
      line: fc.integer({ min: 0, max: good.length - 1 }),
      at: fc.nat(80),
      text: fc.string({ maxLength: 12 }),
      cut: fc.nat(12),
    });
    const call = { 'call-id': callId, 'from-tag': 'a' };
    const toBrowser = { ...call, 'transport-protocol': 'UDP/TLS/RTP/SAVPF', sdp: alice.describe() };
    await fc.assert(
      fc.asyncProperty(change, async ({ line, at, text, cut }) => {
        const lines = good.map((l, i) => (i === line ? l.slice(0, at) + text + l.slice(at + cut) : l));
        const sdp = [...head, ...lines, ''].join('\r\n');
        // Offered by a browser, then answered by one.
        await ng({ command: 'offer', ...call, 'transport-protocol': 'RTP/AVP', sdp });
        await ng({ command: 'answer', ...call, 'to-tag': 'b', sdp: bob.describe() });
        await ng({ command: 'delete', 'call-id': callId });
        await ng({ command: 'offer', ...toBrowser });
        await ng({ command: 'answer', ...call, 'to-tag': 'b', sdp: sdp.replace('actpass', 'active') });
        await ng({ command: 'delete', 'call-id': callId });
      }),
      { numRuns: 150 },
    );
    expect(pids(engine)).toEqual(before);
  });
});

describe('addresses', () => {
  it('the advertised one stands in every description', async () => {
    const behindNat = await startEngine({ advertisedHost: '198.51.100.7' });
    const offer = async (protocol: string) => {
      const call = {
        'call-id': protocol,
        'from-tag': 'a',
        'transport-protocol': protocol,
        replace: ['origin'],
      };
      const reply = await exchange(behindNat.ngPort, { command: 'offer', ...call, sdp: alice.describe() });
      return String(reply.sdp);
    };
    expect(await offer('RTP/AVP')).toContain('c=IN IP4 198.51.100.7\r\n');
    const toBrowser = await offer('UDP/TLS/RTP/SAVPF');
    expect(toBrowser.match(/a=candidate:.*/g)).toEqual([
      expect.stringMatching(/ 198\.51\.100\.7 \d+ typ host/),
    ]);
    expect(toBrowser).not.toContain(HOST);
    await behindNat.close();
  });
});

describe('media', () => {
  it('drops what a stranger sends to a call, and counts it', async () => {
    const { aliceSendsTo, bobSendsTo } = await joinPhones(engine.ngPort, callId, alice, bob);
    alice.send(alice.packet(), aliceSendsTo);
    bob.send(bob.packet(), bobSendsTo);
    await until('sound both ways', () => alice.heard.length === 1 && bob.heard.length === 1);
    const stranger = await TestPhone.open();
    for (let i = 0; i < 20; i++) stranger.send(stranger.packet(666), aliceSendsTo);
    await until(
      'the stranger to be counted',
      async () => (await query()).tags.a.medias[0].streams[0].stats.errors === 20,
    );
    alice.send(alice.packet(), aliceSendsTo);
    await until('the next packet', () => bob.heard.length > 1);
    expect(bob.heard.map((bytes) => bytes.readUInt32BE(8))).toEqual([77, 77]);
    bob.send(bob.packet(), bobSendsTo);
    await until('the next packet', () => alice.heard.length > 1);
    expect(stranger.heard).toEqual([]);
    stranger.close();
  });

  it('a stranger who is first loses to the signalled phone', async () => {
    const { aliceSendsTo } = await joinPhones(engine.ngPort, callId, alice, bob);
    const stranger = await TestPhone.open();
    stranger.send(stranger.packet(666), aliceSendsTo);
    await until('the stranger', () => bob.heard.length === 1);
    alice.send(alice.packet(), aliceSendsTo);
    await until('alice', () => bob.heard.length === 2);
    stranger.send(stranger.packet(666), aliceSendsTo);
    alice.send(alice.packet(), aliceSendsTo);
    await until('alice again', () => bob.heard.length === 3);
    expect(bob.heard.map((bytes) => bytes.readUInt32BE(8))).toEqual([666, 77, 77]);
    stranger.close();
  });

  it('drops broken packets of a known phone, and counts them', async () => {
    const { aliceSendsTo } = await joinPhones(engine.ngPort, callId, alice, bob);
    alice.send(alice.packet(), aliceSendsTo);
    const longExtension = new Uint8Array(36);
    longExtension.set([0x90, 0]);
    longExtension.set([0xbe, 0xde, 0xff, 0xff], 12);
    const manyCsrcs = new Uint8Array(36);
    manyCsrcs.set([0x8f, 0]);
    const broken = [
      longExtension,
      manyCsrcs,
      new Uint8Array(3),
      new Uint8Array(1400),
      Buffer.alloc(4000, 0x80),
    ];
    for (const bytes of broken) alice.send(bytes, aliceSendsTo);
    alice.send(alice.packet(), aliceSendsTo);
    await until('the good packets', () => bob.heard.length === 2);
    const { stats } = (await query()).tags.a.medias[0].streams[0];
    expect(stats).toMatchObject({ packets: 2, errors: broken.length });
  });

  it('forwards no payload type that was not agreed', async () => {
    const { aliceSendsTo } = await joinPhones(engine.ngPort, callId, alice, bob);
    const odd = alice.packet();
    odd[1] = 99;
    alice.send(odd, aliceSendsTo);
    alice.send(alice.packet(), aliceSendsTo);
    await until('the agreed one', () => bob.heard.length === 1);
    expect(bob.heard[0]?.[1]).toBe(0);
  });

  it('gives every port back after delete', async () => {
    const { aliceSendsTo, bobSendsTo } = await joinPhones(engine.ngPort, callId, alice, bob);
    await ng({ command: 'delete', 'call-id': callId, 'from-tag': 'a' });
    for (const port of [aliceSendsTo, aliceSendsTo + 1, bobSendsTo, bobSendsTo + 1]) {
      const socket = createSocket('udp4');
      socket.bind(port, HOST);
      await once(socket, 'listening');
      socket.close();
    }
  });

  it('says when it has no more ports, and goes on when it has', async () => {
    const offer = (id: number) =>
      ng({ command: 'offer', 'call-id': `full-${id}`, 'from-tag': 'a', sdp: alice.describe() });
    let made = 0;
    for (let reply = await offer(0); reply.result === 'ok'; reply = await offer(made)) made++;
    expect(made).toBeGreaterThan(40);
    expect(await offer(made)).toMatchObject({ result: 'error', 'error-reason': 'Ran out of ports' });
    expect((await ng({ command: 'list', limit: 1000 })).calls).toHaveLength(made);
    for (let id = 0; id < made; id++) await ng({ command: 'delete', 'call-id': `full-${id}` });
    expect(await ng({ command: 'list' })).toEqual(expect.objectContaining({ calls: [] }));
    await joinPhones(engine.ngPort, callId, alice, bob);
  });
});
