/** Plain phones in pairs, in a process of their own: each sends 50 packets a second and counts what it hears. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { NgControl } from './ng.ts';
import { Phone, speakInTurn } from './phone.ts';
import { Spacing } from './spacing.ts';

export type PhonesOrder = { ngPort: number; calls: number; warmUpSec: number; seconds: number };
export type PhonesReport =
  | { kind: 'up' }
  | { kind: 'measuring' }
  | { kind: 'done'; sent: number; lost: number; p50Ms: number; p99Ms: number };

const tell = (report: PhonesReport) => process.send?.(report);

async function run({ ngPort, calls, warmUpSec, seconds }: PhonesOrder): Promise<void> {
  const control = await NgControl.open(ngPort);
  const phones: Phone[] = [];
  let spacing: Spacing | undefined;
  const heard = (sinceLastMs: number | undefined) => {
    if (sinceLastMs !== undefined) spacing?.add(sinceLastMs);
  };
  for (let call = 0; call < calls; call++) {
    const caller = await Phone.open(2 * call + 1, heard);
    const callee = await Phone.open(2 * call + 2, heard);
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
  const received = phones.reduce((sum, phone) => sum + phone.heard, 0);
  const [p50Ms, p99Ms] = [measured.percentileMs(0.5), measured.percentileMs(0.99)];
  tell({ kind: 'done', sent, lost: sent - received, p50Ms, p99Ms });
  for (const phone of phones) phone.close();
  control.close();
}

const [order] = (await once(process, 'message')) as [PhonesOrder];
await run(order);
process.disconnect();
