import { telephoneEventFrames, writeRtp } from '@ringback/rtp';
import { expect, it } from 'vitest';
import { KeyLog } from '../src/media/key-log.ts';

/** The packets of one key, the final one three times. */
function press(event: number, timestamp: number, ssrc = 7): Buffer[] {
  return telephoneEventFrames(event, { durationSamples: 800, frameSamples: 160 }).map(
    ({ payload, marker }, n) =>
      Buffer.from(writeRtp({ payloadType: 101, marker, sequenceNumber: n, timestamp, ssrc, payload })),
  );
}

it('has each key once, whatever of it comes, comes twice or comes late', () => {
  const log = new KeyLog();
  const one = press(5, 0xffffff00);
  for (const packet of [...one, ...one]) log.hear(packet, 1000);
  for (const packet of press(11, 800)) log.hear(packet, 2000);
  log.hear(one.at(-1)!, 2100);
  // The same key again is another timestamp; a phone that began a new stream counts from anywhere.
  for (const packet of press(11, 2400)) log.hear(packet, 3000);
  for (const packet of press(0, 5, 8)) log.hear(packet, 4000);
  expect(log.keys).toEqual([
    { digit: '5', atMs: 1000 },
    { digit: '#', atMs: 2000 },
    { digit: '#', atMs: 3000 },
    { digit: '0', atMs: 4000 },
  ]);
});

it('leaves out what is no key, and forgets the oldest', () => {
  const log = new KeyLog();
  // A flash hook, and half a packet.
  for (const packet of press(16, 1)) log.hear(packet, 1);
  log.hear(press(1, 2)[0]!.subarray(0, 14), 1);
  expect(log.keys).toEqual([]);
  for (let n = 1; n <= 40; n++) for (const packet of press(n % 10, n * 1000)) log.hear(packet, n);
  expect(log.keys).toHaveLength(32);
  expect(log.keys.at(-1)).toEqual({ digit: '0', atMs: 40 });
});
