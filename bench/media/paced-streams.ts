/** Streams on one pacer, in a process of their own: how far the spacing of packets is from 20 ms, and what they cost. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Paced, Pacer, PERIOD_MS } from '@ringback/runtime';
import { HOST, openSocket } from './ng.ts';
import { Spacing } from './spacing.ts';

export type PacingOrder = { streams: number; seconds: number; sinkPort: number };
export type PacingReport = {
  sent: number;
  expected: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Of a core. */
  cpuPercent: number;
};

const SOCKETS = 8;
const PACKET = Buffer.alloc(172, 0xff);

const [order] = (await once(process, 'message')) as [PacingOrder];
const { streams, seconds, sinkPort } = order;
const sockets = await Promise.all(Array.from({ length: SOCKETS }, openSocket));
const deviation = new Spacing();
let sent = 0;

class Stream implements Paced {
  readonly #socket = sockets[Math.floor(Math.random() * SOCKETS)]!;
  #lastMs: number | undefined;
  #turns = 0;

  turn(frames: number): void {
    for (let i = 0; i < frames; i++) {
      const nowMs = performance.now();
      // The second packet comes earlier, where the stream finds its place among the others.
      if (this.#lastMs !== undefined && ++this.#turns > 1)
        deviation.add(Math.abs(nowMs - this.#lastMs - PERIOD_MS));
      this.#lastMs = nowMs;
      this.#socket.send(PACKET, sinkPort, HOST);
      sent++;
    }
  }
}

const pacer = new Pacer();
const all: Stream[] = [];
const joined: number[] = [];
// As calls come: one after the other, not all in one instant.
for (let i = 0; i < streams; i++) {
  const stream = new Stream();
  joined.push(performance.now());
  pacer.join(stream);
  all.push(stream);
  if (i % 10 === 9) await wait(2);
}
const began = process.cpuUsage();
const beganMs = performance.now();
await wait(seconds * 1000);
const used = process.cpuUsage(began);
const endMs = performance.now();
for (const stream of all) pacer.leave(stream);
const expected = joined.reduce((sum, atMs) => sum + Math.floor((endMs - atMs) / PERIOD_MS) + 1, 0);
const cpuPercent = ((used.user + used.system) / 1000 / (endMs - beganMs)) * 100;
const [p50Ms, p99Ms, maxMs] = [0.5, 0.99, 1].map((share) => deviation.percentileMs(share)) as [
  number,
  number,
  number,
];
process.send?.({ sent, expected, p50Ms, p99Ms, maxMs, cpuPercent } satisfies PacingReport);
for (const socket of sockets) socket.close();
process.disconnect();
