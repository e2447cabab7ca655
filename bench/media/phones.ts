/** Plain phones in pairs, in a process of their own: each sends 50 packets a second and counts what it hears. */
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { HOST, NgControl, openSocket } from './ng.ts';
import { Spacing } from './spacing.ts';

export type PhonesOrder = { ngPort: number; calls: number; warmUpSec: number; seconds: number };
export type PhonesReport =
  | { kind: 'up' }
  | { kind: 'measuring' }
  | { kind: 'done'; sent: number; lost: number; p50Ms: number; p99Ms: number };

const PERIOD_MS = 20;
const tell = (report: PhonesReport) => process.send?.(report);

class Phone {
  readonly #socket: Socket;
  readonly #packet = Buffer.alloc(172, 0xff);
  #target = 0;
  #lastMs: number | undefined;
  sent = 0;
  heard = 0;

  private constructor(socket: Socket, ssrc: number, spacing: () => Spacing | undefined) {
    this.#socket = socket;
    this.#packet.writeUInt16BE(0x8000, 0);
    this.#packet.writeUInt32BE(ssrc, 8);
    socket.on('message', (bytes) => {
      if (bytes.length !== this.#packet.length) return;
      this.heard++;
      const nowMs = performance.now();
      if (this.#lastMs !== undefined) spacing()?.add(nowMs - this.#lastMs);
      this.#lastMs = nowMs;
    });
  }

  static async open(ssrc: number, spacing: () => Spacing | undefined): Promise<Phone> {
    return new Phone(await openSocket(), ssrc, spacing);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  sendTo(port: number): void {
    this.#target = port;
  }

  speak(): void {
    this.sent++;
    // A packet on loopback is taken by the kernel within `send`, so that one buffer serves all.
    this.#packet.writeUInt16BE(this.sent & 0xffff, 2);
    this.#packet.writeUInt32BE((this.sent * 160) >>> 0, 4);
    this.#socket.send(this.#packet, this.#target, HOST);
  }

  close(): void {
    this.#socket.close();
  }
}

/** Sends for all phones, spread over the period, by an absolute clock, until told to stop. */
function speakInTurn(phones: readonly Phone[]): () => void {
  const beganMs = performance.now();
  const stepMs = PERIOD_MS / phones.length;
  let turns = 0;
  const timer = setInterval(() => {
    const due = (performance.now() - beganMs) / stepMs;
    for (; turns < due; turns++) phones[turns % phones.length]!.speak();
  }, 1);
  return () => clearInterval(timer);
}

async function run({ ngPort, calls, warmUpSec, seconds }: PhonesOrder): Promise<void> {
  const control = await NgControl.open(ngPort);
  const phones: Phone[] = [];
  let spacing: Spacing | undefined;
  for (let call = 0; call < calls; call++) {
    const caller = await Phone.open(2 * call + 1, () => spacing);
    const callee = await Phone.open(2 * call + 2, () => spacing);
    const targets = await control.join(`call-${process.pid}-${call}`, caller.port, callee.port);
    caller.sendTo(targets.caller);
    callee.sendTo(targets.callee);
    phones.push(caller, callee);
  }
  tell({ kind: 'up' });
  const stop = speakInTurn(phones);
  await wait(warmUpSec * 1000);
  const measured = new Spacing();
  spacing = measured;
  tell({ kind: 'measuring' });
  await wait(seconds * 1000);
  spacing = undefined;
  stop();
  const sent = phones.reduce((sum, phone) => sum + phone.sent, 0);
  await wait(300);
  const heard = phones.reduce((sum, phone) => sum + phone.heard, 0);
  const [p50Ms, p99Ms] = [measured.percentileMs(0.5), measured.percentileMs(0.99)];
  tell({ kind: 'done', sent, lost: sent - heard, p50Ms, p99Ms });
  for (const phone of phones) phone.close();
  control.close();
}

const [order] = (await once(process, 'message')) as [PhonesOrder];
await run(order);
process.disconnect();
