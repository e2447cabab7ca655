import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { type PortPair, PortPairs } from '../src/rtp/port-pair.ts';
import { rtpPorts } from './rtp-ports.ts';

const HOST = '127.0.0.1';
const open: PortPair[] = [];

function close({ rtp, rtcp }: PortPair): void {
  rtp.close();
  rtcp.close();
}

async function opened(pairs: PortPairs): Promise<PortPair> {
  const pair = await pairs.open();
  open.push(pair);
  return pair;
}

afterEach(() => {
  for (const pair of open.splice(0)) close(pair);
});

test('RTP is on an even port of the range, RTCP on the next', async () => {
  const { min } = rtpPorts();
  const pairs = new PortPairs(HOST, { min: min + 1, max: min + 8 });
  for (const port of [min + 2, min + 4, min + 6]) {
    const pair = await opened(pairs);
    expect([pair.port, pair.rtp.address().port, pair.rtcp.address().port]).toEqual([port, port, port + 1]);
  }
});

test('a pair just freed is the last to be taken again', async () => {
  const { min } = rtpPorts();
  const pairs = new PortPairs(HOST, { min, max: min + 5 });
  close(await pairs.open());
  expect((await opened(pairs)).port).toBe(min + 2);
  expect((await opened(pairs)).port).toBe(min + 4);
  expect((await opened(pairs)).port).toBe(min);
});

test('ports that somebody else has are passed over; when none is left it says so', async () => {
  const { min } = rtpPorts();
  const other = createSocket('udp4');
  other.bind(min + 1, HOST);
  await once(other, 'listening');
  const pairs = new PortPairs(HOST, { min, max: min + 3 });
  expect((await opened(pairs)).port).toBe(min + 2);
  await expect(pairs.open()).rejects.toThrow(
    `no two neighbouring UDP ports of ${min}-${min + 3} are free on ${HOST}`,
  );
  other.close();
  await once(other, 'close');
  expect((await opened(pairs)).port).toBe(min);
});
