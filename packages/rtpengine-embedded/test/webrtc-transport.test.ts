import { createHmac } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { IceDescription } from '../src/negotiation/ice-description.ts';
import { PortPool } from '../src/transport/port-pool.ts';
import type { TransportEvents } from '../src/transport/transport.ts';
import { WebRtcTransport } from '../src/transport/webrtc-transport.ts';
import { HOST, mediaPorts, until } from './engine-support.ts';

const open: WebRtcTransport[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const transport of open.splice(0)) transport.close();
  for (const socket of sockets.splice(0)) socket.close();
});

type End = { transport: WebRtcTransport; heard: number[]; failures: string[]; pool: PortPool };

/** One end of a path, with what it hears and why it failed. */
async function end(host = HOST, pool = new PortPool(host, mediaPorts())): Promise<End> {
  const heard: number[] = [];
  const failures: string[] = [];
  const events: TransportEvents = {
    rtp: (bytes) => heard.push(bytes.readUInt16BE(2)),
    rtcp: () => undefined,
    stranger: () => undefined,
    failed: (reason) => failures.push(reason),
  };
  const transport = await WebRtcTransport.open(pool, host, events);
  open.push(transport);
  return { transport, heard, failures, pool };
}

/** A PCMU packet of silence. */
function packet(sequence: number): Buffer {
  const bytes = Buffer.alloc(172, 0xff);
  bytes.writeUInt16BE(0x8000, 0);
  bytes.writeUInt16BE(sequence, 2);
  bytes.writeUInt32BE(sequence * 160, 4);
  bytes.writeUInt32BE(0x1234, 8);
  return bytes;
}

async function hears(listener: End, speaker: End): Promise<void> {
  let sequence = 0;
  await until('a packet', () => {
    sequence += 1;
    speaker.transport.sendRtp(packet(sequence));
    return listener.heard.length > 0;
  });
}

/** Has the answerer begin DTLS, as browsers do: when its own checks get through, the offerer is ready. */
const toBegin = (offer: IceDescription): IceDescription => ({ ...offer, setup: 'passive' });

const connected = (one: End, other: End) => Promise.all([hears(one, other), hears(other, one)]);

describe('two ends connect', () => {
  it.each([
    ['an answer with candidates', HOST, true],
    // A browser that hides its addresses, or has not gathered them yet: its checks come to us in any case.
    ['an answer without candidates', HOST, false],
    ['IPv6', '::1', true],
    ['any interface', '0.0.0.0', true],
  ])('by %s', async (_what, host, withCandidates) => {
    const [offerer, answerer] = [await end(host), await end(host)];
    const answer = await answerer.transport.answer(toBegin(offerer.transport.offer()));
    await offerer.transport.acceptAnswer(withCandidates ? answer : { ...answer, candidates: [] });
    await connected(offerer, answerer);
    expect([...offerer.failures, ...answerer.failures]).toEqual([]);
    const pair = offerer.transport.candidatePair;
    expect(pair?.local).toMatchObject({ transport: 'udp', port: offerer.transport.port });
    expect(pair?.remote).toMatchObject({ transport: 'udp', port: answerer.transport.port });
    if (host !== '0.0.0.0') expect([pair?.local.address, pair?.remote.address]).toEqual([host, host]);
    // Still known when the call is over, and asked about.
    offerer.transport.close();
    expect(offerer.transport.candidatePair).toEqual(pair);
  });
});

it('checks find nobody before the answer is taken, so that DTLS cannot begin without its fingerprint', async () => {
  const [offerer, answerer] = [await end(), await end()];
  const offer = toBegin(offerer.transport.offer());
  const answer = await answerer.transport.answer(offer);
  const { port } = offerer.transport;
  const peer = await boundSocket();
  const answered: number[] = [];
  peer.on('message', (bytes) => answered.push(bytes[8]!));
  const early = [1, 2, 3];
  for (const id of early) peer.send(check(id, offer, answer), port, HOST);
  // Nor can anybody else take the port.
  await expect(boundSocket(port)).rejects.toThrow('EADDRINUSE');
  await offerer.transport.acceptAnswer(answer);
  await connected(offerer, answerer);
  await until('an answer to a later check', () => {
    peer.send(check(4, offer, answer), port, HOST);
    return answered.includes(4);
  });
  expect(answered.filter((id) => early.includes(id))).toEqual([]);
});

it('offers both DTLS roles, and keeps the one that the answer gave it', async () => {
  const [offerer, answerer] = [await end(), await end()];
  const offer = offerer.transport.offer();
  expect(offer.setup).toBe('actpass');
  const answer = await answerer.transport.answer(offer);
  expect(answer.setup).toBe('passive');
  await offerer.transport.acceptAnswer(answer);
  expect(offerer.transport.offer().setup).toBe('actpass');
  expect((await offerer.transport.answer(answer)).setup).toBe('active');
  expect((await answerer.transport.answer(offer)).setup).toBe('passive');
});

it('begins DTLS itself where the answer leaves it to us', async () => {
  const [offerer, answerer] = [await end(), await end()];
  const answer = await answerer.transport.answer(offerer.transport.offer());
  expect(answer.setup).toBe('passive');
  await offerer.transport.acceptAnswer(answer);
  await connected(offerer, answerer);
});

it('the answer of another fork, or one that restarts ICE, takes the place of the first', async () => {
  const [offerer, first, second] = [await end(), await end(), await end()];
  const offer = toBegin(offerer.transport.offer());
  await offerer.transport.acceptAnswer(await first.transport.answer(offer));
  await connected(offerer, first);
  offerer.heard.length = 0;
  const answer = await second.transport.answer(offer);
  await offerer.transport.acceptAnswer(answer);
  await connected(offerer, second);
  expect(offerer.failures).toEqual([]);
  expect(offerer.transport.continues(answer)).toBe(true);
  offerer.transport.close();
  expect(offerer.pool.takenCount).toBe(0);
});

async function boundSocket(port = 0): Promise<Socket> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.bind(port, HOST);
  await once(socket, 'listening');
  return socket;
}

/** A connectivity check of the answerer (RFC 8445 7.2.2), by the number of its transaction. */
function check(id: number, offer: IceDescription, answer: IceDescription): Buffer {
  const attribute = (type: number, value: Buffer) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(value.length, 2);
    return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
  };
  const username = attribute(0x0006, Buffer.from(`${offer.ufrag}:${answer.ufrag}`));
  const attributes = [username, attribute(0x0024, Buffer.alloc(4, 1)), attribute(0x8029, Buffer.alloc(8, 1))];
  const body = Buffer.concat(attributes);
  const head = Buffer.alloc(20, id);
  head.writeUInt16BE(0x0001, 0);
  // RFC 8489 14.5: as long as it is with MESSAGE-INTEGRITY.
  head.writeUInt16BE(body.length + 24, 2);
  head.writeUInt32BE(0x2112a442, 4);
  const integrity = createHmac('sha1', offer.pwd).update(head).update(body).digest();
  return Buffer.concat([head, body, attribute(0x0008, integrity)]);
}
