import { UserAgent } from '@ringback/testing';
import { expect, it } from 'vitest';
import { type Clock, realClock } from '../src/index.ts';
import { Network } from './network.ts';

const host = '127.0.0.1';
/** 64*T1 is 3.2 s here. */
const timing = { t1: 50, t2: 400, t4: 500 };
const CALLERS = 10;
const CALLS_EACH = 30;

/** The system's clock, which knows what waits on it. */
function countingClock(): { clock: Clock; waiting: Set<object> } {
  const waiting = new Set<object>();
  const after: Clock['after'] = (delayMs, call) => {
    const timer = {};
    waiting.add(timer);
    const cancel = realClock.after(delayMs, () => {
      waiting.delete(timer);
      call();
    });
    return () => {
      waiting.delete(timer);
      cancel();
    };
  };
  return { clock: { nowMs: realClock.nowMs, after }, waiting };
}

/** `npm run soak` does it with 100,000 calls and looks at memory and files too. */
it('hundreds of calls leave no dialog, transaction, timer or socket', async () => {
  const { clock, waiting } = countingClock();
  const network = await Network.start({ timing, clock });
  const callee = await UserAgent.open({ timing, server: { host, port: 0 }, callMs: 0 });
  const caller = await UserAgent.open({ timing, server: { host, port: network.port('udp') }, callMs: 5 });
  await network.application((srf) =>
    srf.invite(async (req, res) => {
      const target = `sip:9196@${host}:${callee.port}`;
      const { uas, uac } = await srf.createB2BUA(req, res, target, { localSdpB: req.body });
      if (uas.connected) uas.on('destroy', () => void uac.destroy());
      else void uac.destroy();
    }),
  );
  const held = () => ({
    stats: network.server.stats(),
    timers: waiting.size,
    sockets: process.getActiveResourcesInfo().filter((kind) => kind.endsWith('Wrap')),
  });
  const before = held();

  const oneAfterTheOther = async () => {
    for (let count = 0; count < CALLS_EACH; count++) await caller.call();
  };
  await Promise.all(Array.from({ length: CALLERS }, oneAfterTheOther));

  expect(callee.taken.size).toBe(CALLERS * CALLS_EACH);
  await expect.poll(held, { timeout: 10_000 }).toEqual(before);
  await expect.poll(() => caller.busy + callee.busy, { timeout: 10_000 }).toBe(0);

  await network.close();
  await Promise.all([caller.close(), callee.close()]);
}, 60_000);
