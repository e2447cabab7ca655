import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type SupervisedRtpengine, startSupervisedRtpengine } from '@ringback/rtpengine-embedded';
import { createLogger } from '@ringback/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { afterMs, until } from './media-engine.ts';
import { type NgClient, openNgClient, PROFILES } from './ng-client.ts';
import { PlainPhone } from './plain-phone.ts';
import { SdesPhone } from './sdes-phone.ts';
import { connectChain, type Tapped } from './webrtc-chain.ts';

const FLOOD_MS = 1000;
const PACKETS_PER_MS = 10;
let calls = 0;

/** RFC 6347 4.2.2: a ClientHello of DTLS 1.2, as a stranger may send one. */
const HELLO = Buffer.concat([
  Buffer.from('16fefd0000000000000000003d010000310000000000000031fefd', 'hex'),
  Buffer.alloc(32, 7),
  Buffer.from('00000002c02b01000005000d00010000', 'hex'),
]);
/** RFC 8489 5: a Binding request with credentials that nobody gave out. */
function stunRequest(): Buffer {
  const username = Buffer.from('evil:evil');
  const head = Buffer.from([0, 1, 0, 16, 0x21, 0x12, 0xa4, 0x42]);
  return Buffer.concat([head, randomBytes(12), Buffer.from([0, 6, 0, 9]), username, Buffer.alloc(3)]);
}
const rtp = (first: number, length = 172) => {
  const bytes = Buffer.alloc(length, 0x5a);
  bytes[0] = first;
  bytes[1] = 0;
  return bytes;
};
/** What is no RTP at all, or says of itself that it is longer than it is. */
const BAD: readonly [string, () => Buffer][] = [
  ['noise', () => randomBytes(60)],
  [
    'an extension that passes the end',
    () => Buffer.concat([rtp(0x90, 12), Buffer.from([0xbe, 0xde, 0xff, 0xff])]),
  ],
  ['CSRCs that pass the end', () => rtp(0x8f, 36)],
  ['RTP', () => rtp(0x80)],
  ['RTCP', () => Buffer.from([0x80, 200, 0xff, 0xff, 1, 2, 3, 4])],
  ['nothing', () => Buffer.alloc(0)],
  ['a DTLS hello', () => HELLO],
  ['STUN', stunRequest],
];

describe('the embedded engine under abuse', () => {
  let engines: [SupervisedRtpengine, SupervisedRtpengine];
  let ng: [NgClient, NgClient];
  let phones: PlainPhone[];
  let strangers: Socket[];
  let ids: string[];
  let crashes = 0;

  beforeAll(async () => {
    const start = (min: number) =>
      startSupervisedRtpengine({
        host: '127.0.0.1',
        ngHost: '127.0.0.1',
        ngPort: 0,
        rtpPorts: { min, max: min + 99 },
        logger: createLogger('rtpengine', 'error'),
        onCrash: () => crashes++,
      });
    const min = 40_000 + 2 * Math.floor(Math.random() * 4000);
    engines = [await start(min), await start(min + 200)];
    ng = [await openNgClient(engines[0].ngPort), await openNgClient(engines[1].ngPort)];
  });
  afterAll(async () => {
    for (const client of ng ?? []) client.close();
    for (const engine of engines ?? []) await engine.close();
    expect(crashes).toBe(0);
  });
  beforeEach(() => {
    [phones, strangers, ids] = [[], [], []];
  });
  afterEach(async () => {
    for (const phone of phones) phone.hangUp();
    for (const socket of strangers) socket.close();
    for (const id of ids) for (const client of ng) await client.send('delete', { 'call-id': id });
  });

  function callId(): string {
    const id = `abuse-${++calls}`;
    ids.push(id);
    return id;
  }

  async function twoPhones(): Promise<[PlainPhone, PlainPhone]> {
    const pair: [PlainPhone, PlainPhone] = [await PlainPhone.open(), await PlainPhone.open()];
    phones.push(...pair);
    return pair;
  }

  async function stranger(): Promise<Socket> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    strangers.push(socket);
    return socket;
  }

  async function plainCall(id = callId()): Promise<[PlainPhone, PlainPhone]> {
    const [alice, bob] = await twoPhones();
    const call = { 'call-id': id, 'from-tag': 'a', ...PROFILES.toPlain };
    bob.connect(await ng[0].sdp('offer', { ...call, sdp: alice.describe() }));
    alice.connect(await ng[0].sdp('answer', { ...call, 'to-tag': 'b', sdp: bob.describe() }));
    return talking([alice, bob]);
  }

  async function talking(pair: [PlainPhone, PlainPhone]): Promise<[PlainPhone, PlainPhone]> {
    pair[0].play(440);
    pair[1].play(1000);
    await until('sound both ways', () => pair.every((phone) => phone.heard.length > 10));
    return pair;
  }

  /** The packets that a phone heard of others than its peer. */
  function foreign(listener: PlainPhone, speaker: PlainPhone): number {
    return listener.heard.filter(({ ssrc }) => ssrc !== speaker.ssrc).length;
  }

  async function hearOn(...pair: PlainPhone[]): Promise<void> {
    const counts = pair.map((phone) => phone.heard.length);
    await until('more sound', () => pair.every((phone, i) => phone.heard.length > counts[i]! + 25));
  }

  /** 10,000 packets a second, as evenly as a busy machine can; gives the number sent. */
  async function flood(make: () => Buffer, send: (bytes: Buffer) => void): Promise<number> {
    const began = performance.now();
    let sent = 0;
    for (let elapsed = 0; elapsed < FLOOD_MS; elapsed = performance.now() - began) {
      for (; sent < elapsed * PACKETS_PER_MS; sent++) send(make());
      await afterMs(1);
    }
    return sent;
  }

  const errors = async (id: string, tag = 'a') =>
    (await ng[0].send('query', { 'call-id': id })).tags[tag].medias[0].streams[0].stats.errors;

  /** Longest pause between two packets heard, of the last ones. */
  async function undisturbed(pair: PlainPhone[], during: () => Promise<unknown>): Promise<void> {
    const [one] = pair;
    const before = one!.heard.length;
    const beganMs = performance.now();
    await during();
    const expected = (performance.now() - beganMs) / 20;
    await until('what was said meanwhile', () => one!.heard.length - before > expected * 0.98 - 3);
    const numbers = one!.heard.slice(before).map(({ sequenceNumber }) => sequenceNumber);
    expect(numbers.every((number, i) => i === 0 || ((number - numbers[i - 1]!) & 0xffff) === 1)).toBe(true);
  }

  it.each(BAD)('10,000 packets of %s a second, from a stranger', async (_, make) => {
    const id = callId();
    const [alice, bob] = await plainCall(id);
    const other = await plainCall();
    const socket = await stranger();
    let heard = 0;
    socket.on('message', () => heard++);
    await undisturbed(other, () =>
      flood(make, (bytes) => socket.send(bytes, alice.target.port, '127.0.0.1')),
    );
    await hearOn(alice, bob);
    expect(await errors(id)).toBeGreaterThan(1000);
    expect([foreign(bob, alice), heard]).toEqual([0, 0]);
  });

  it('10,000 broken packets a second from the phone itself', async () => {
    const id = callId();
    const [alice, bob] = await plainCall(id);
    const other = await plainCall();
    const broken = BAD.filter(([name]) => name.includes('pass the end') || name.includes('passes the end'));
    let turn = 0;
    await undisturbed(other, () =>
      flood(broken[turn++ % broken.length]![1], (bytes) => alice.sendToWire(bytes)),
    );
    await hearOn(alice, bob);
    expect(await errors(id)).toBeGreaterThan(1000);
    expect(foreign(bob, alice)).toBe(0);
  });

  it('10,000 replayed and forged SRTP packets a second', async () => {
    const id = callId();
    const [alice, bob] = await twoPhones();
    const keys = new SdesPhone(alice, 'AES_CM_128_HMAC_SHA1_80');
    const call = { 'call-id': id, 'from-tag': 'a' };
    bob.connect(await ng[0].sdp('offer', { ...call, ...PROFILES.toPlain, sdp: keys.describe() }));
    keys.connect(await ng[0].sdp('answer', { ...call, 'to-tag': 'b', sdp: bob.describe() }));
    await talking([alice, bob]);
    const other = await plainCall();
    const { protection } = alice;
    let last: Uint8Array = new Uint8Array(0);
    alice.protection = {
      seal: (bytes, protocol) => {
        last = protection!.seal(bytes, protocol);
        return last;
      },
      open: protection!.open,
    };
    await hearOn(bob);
    let turn = 0;
    const replayedOrForged = () => {
      const bytes = Buffer.from(last);
      // Every other one pretends to be the next packet.
      if (turn++ % 2 === 0) bytes.writeUInt16BE((bytes.readUInt16BE(2) + 1) & 0xffff, 2);
      return bytes;
    };
    await undisturbed(other, () => flood(replayedOrForged, (bytes) => alice.sendToWire(bytes)));
    await hearOn(alice, bob);
    expect(await errors(id)).toBeGreaterThan(1000);
    const numbers = bob.heard.map(({ sequenceNumber }) => sequenceNumber);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(foreign(bob, alice)).toBe(0);
  });

  it('a DTLS hello and STUN of a stranger while a WebRTC call is being set up', async () => {
    const pair = await twoPhones();
    const socket = await stranger();
    let heard = 0;
    socket.on('message', () => heard++);
    let stop = false;
    let knocking: Promise<void> | undefined;
    const chain = await connectChain(ng, pair, callId(), {
      offered: (port) => {
        knocking = (async () => {
          for (let turn = 0; !stop; turn++) {
            socket.send(turn % 2 === 0 ? HELLO : stunRequest(), port, '127.0.0.1');
            if (turn % 10 === 0) await afterMs(1);
          }
        })();
      },
    });
    await talking(pair);
    stop = true;
    await knocking;
    await hearOn(...pair);
    expect(heard).toBe(0);
    chain.close();
  });

  it.each(BAD)('10,000 packets of %s a second, on the port of a WebRTC call', async (_, make) => {
    const pair = await twoPhones();
    const chain = await connectChain(ng, pair, callId());
    await talking(pair);
    const other = await plainCall();
    const socket = await stranger();
    let heard = 0;
    socket.on('message', () => heard++);
    await undisturbed(other, () =>
      flood(make, (bytes) => socket.send(bytes, chain.ports.first, '127.0.0.1')),
    );
    await hearOn(...pair);
    expect(heard).toBe(0);
    chain.close();
  });

  it('DTLS-SRTP that is replayed, forged or sent before its keys is heard once or never', async () => {
    const pair = await twoPhones();
    let replayed = 0;
    const tapped: Tapped = (packet, _towards, pass) => {
      pass(packet);
      // RFC 7983: SRTP begins with 128 to 191.
      if (packet[0]! < 128 || packet[0]! > 191) return;
      replayed++;
      pass(packet);
      const forged = Buffer.from(packet);
      forged[forged.length - 1]! ^= 1;
      forged.writeUInt16BE((forged.readUInt16BE(2) + 3) & 0xffff, 2);
      pass(forged);
    };
    const chain = await connectChain(ng, pair, callId(), { tapped });
    await talking(pair);
    await hearOn(...pair);
    expect(replayed).toBeGreaterThan(50);
    for (const phone of pair) {
      const numbers = phone.heard.map(({ sequenceNumber }) => sequenceNumber);
      expect(new Set(numbers).size).toBe(numbers.length);
    }
    chain.close();
  });
});
