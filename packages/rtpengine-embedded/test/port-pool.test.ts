import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { PortPool } from '../src/transport/port-pool.ts';

const HOST = '127.0.0.1';

/** Ten ports that are very likely free, from an even one. */
function range(): { min: number; max: number } {
  const min = 50_000 + 10 * Math.floor(Math.random() * 1000);
  return { min, max: min + 9 };
}

describe('port pool', () => {
  it('binds pairs on even ports, goes on to the next, and starts over', async () => {
    const ports = range();
    const pool = new PortPool(HOST, ports);
    const first = await pool.bindPair();
    const second = await pool.bindPair();
    const [one, two] = [first.rtp.address().port, second.rtp.address().port];
    expect(one % 2).toBe(0);
    expect(first.rtcp.address().port).toBe(one + 1);
    expect(two).toBe(one + 2);
    pool.closePair(first);
    const third = await pool.bindPair();
    expect(third.rtp.address().port).toBe(two + 2);
    pool.closePair(second);
    pool.closePair(third);
    expect(pool.takenCount).toBe(0);
  });

  it('says when it is full, and recovers', async () => {
    const pool = new PortPool(HOST, range());
    const pairs = [];
    for (let i = 0; i < 5; i++) pairs.push(await pool.bindPair());
    await expect(pool.bindPair()).rejects.toThrow('Ran out of ports');
    await expect(pool.hold()).rejects.toThrow('Ran out of ports');
    pool.closePair(pairs.pop()!);
    const held = await pool.hold();
    expect(pool.takenCount).toBe(9);
    held.letGo();
    pool.release(held.port);
    for (const pair of pairs) pool.closePair(pair);
  });

  it('passes over ports of other programs', async () => {
    const ports = range();
    const other = createSocket('udp4');
    other.bind(ports.min + 1, HOST);
    await once(other, 'listening');
    const pool = new PortPool(HOST, ports);
    const pair = await pool.bindPair();
    expect(pair.rtp.address().port).toBe(ports.min + 2);
    pool.closePair(pair);
    other.close();
  });

  it('begins at an even port of an odd range', async () => {
    const { min, max } = range();
    const pool = new PortPool(HOST, { min: min + 1, max });
    const pair = await pool.bindPair();
    expect(pair.rtp.address().port).toBe(min + 2);
    pool.closePair(pair);
  });
});
