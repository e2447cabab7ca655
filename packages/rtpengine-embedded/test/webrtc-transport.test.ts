import { afterEach, expect, it } from 'vitest';
import { PortPool } from '../src/transport/port-pool.ts';
import type { TransportEvents } from '../src/transport/transport.ts';
import { WebRtcTransport } from '../src/transport/webrtc-transport.ts';
import { HOST, mediaPorts } from './engine-support.ts';

const open: WebRtcTransport[] = [];
afterEach(() => {
  for (const transport of open.splice(0)) transport.close();
});

/** Two ends of one path, with what each hears and why each failed. */
async function twoEnds() {
  const pool = new PortPool(HOST, mediaPorts());
  const end = async () => {
    const heard: number[] = [];
    const failures: string[] = [];
    const events: TransportEvents = {
      rtp: (bytes) => heard.push(bytes.readUInt16BE(2)),
      rtcp: () => undefined,
      stranger: () => undefined,
      failed: (reason) => failures.push(reason),
    };
    const transport = await WebRtcTransport.open(pool, HOST, events);
    open.push(transport);
    return { transport, heard, failures };
  };
  return { offerer: await end(), answerer: await end() };
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

it.each([
  ['candidates', true],
  // A browser that hides its addresses, or has not gathered them yet: its checks come to us in any case.
  ['no candidates', false],
])('an answer with %s connects', async (_what, withCandidates) => {
  const { offerer, answerer } = await twoEnds();
  const answer = await answerer.transport.answer(await offerer.transport.offer());
  offerer.transport.acceptAnswer(withCandidates ? answer : { ...answer, candidates: [] });
  let sequence = 0;
  await expect
    .poll(
      () => {
        sequence += 1;
        offerer.transport.sendRtp(packet(sequence));
        return answerer.heard.length;
      },
      { timeout: 15_000 },
    )
    .toBeGreaterThan(0);
  expect([...offerer.failures, ...answerer.failures]).toEqual([]);
  const pair = offerer.transport.candidatePair;
  expect(pair?.local).toEqual({
    type: 'host',
    transport: 'udp',
    address: HOST,
    port: offerer.transport.port,
  });
  expect(pair?.remote).toMatchObject({ transport: 'udp', address: HOST, port: answerer.transport.port });
  // Still known when the call is over, and asked about.
  offerer.transport.close();
  expect(offerer.transport.candidatePair).toEqual(pair);
});

it('takes the roles in which no ClientHello comes before it can be taken, and keeps them', async () => {
  const { offerer, answerer } = await twoEnds();
  const offer = await offerer.transport.offer();
  expect(offer.setup).toBe('active');
  const answer = await answerer.transport.answer({ ...offer, setup: 'actpass' });
  expect(answer.setup).toBe('passive');
  offerer.transport.acceptAnswer(answer);
  expect((await offerer.transport.offer()).setup).toBe('actpass');
  expect((await offerer.transport.answer(answer)).setup).toBe('active');
  expect((await answerer.transport.answer(offer)).setup).toBe('passive');
});
