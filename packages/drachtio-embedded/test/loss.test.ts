import { setTimeout as sleep } from 'node:timers/promises';
import { openImpairedLink, UserAgent } from '@ringback/testing';
import { expect, it } from 'vitest';
import { Network } from './network.ts';

const host = '127.0.0.1';
/** 64*T1 is 3.2 s here: long beside what a busy machine takes to answer, short beside a test's patience. */
const timing = { t1: 50, t2: 400, t4: 500 };
const impairment = { lost: 0.1, duplicated: 0.05, reordered: 0.05, heldMs: 20 };
const CALLS = 100;

/** `npm run loss` does it with more calls and in real time. */
it('calls complete over a network that loses, doubles and reorders, and each has one second leg', async () => {
  const network = await Network.start({ timing });
  const callee = await UserAgent.open({ timing, server: { host, port: 0 }, callMs: 0 });
  const legB = await openImpairedLink({ to: { host, port: callee.port }, impairment, seed: 1 });
  const legA = await openImpairedLink({ to: { host, port: network.port('udp') }, impairment, seed: 2 });
  const caller = await UserAgent.open({ timing, server: { host, port: legA.port }, callMs: 100 });
  await network.application((srf) =>
    srf.invite((req, res) => {
      const bridged = srf.createB2BUA(req, res, `sip:9196@${host}:${legB.port}`, { localSdpB: req.body });
      // Of a failure the caller is told, and that fails the test.
      void bridged.then(
        ({ uas, uac }) => uas.on('destroy', () => void uac.destroy()),
        () => undefined,
      );
    }),
  );

  const calls: Promise<void>[] = [];
  for (let count = 0; count < CALLS; count++) {
    calls.push(caller.call());
    await sleep(10);
  }
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(callee.taken.size).toBe(CALLS);
  await expect
    .poll(() => [...new Set(callee.taken.values()), caller.busy + callee.busy], { timeout: 10_000 })
    .toEqual(['over', 0]);
  await expect
    .poll(() => network.server.stats(), { timeout: 10_000 })
    .toMatchObject({ serverTransactions: 0, clientTransactions: 0, dialogs: 0 });
  expect(legA.counters.lost + legB.counters.lost).toBeGreaterThan(CALLS / 2);

  await network.close();
  await Promise.all([legA.close(), legB.close(), caller.close(), callee.close()]);
});
