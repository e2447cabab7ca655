import { answerWithSipp, callWithSipp, hasSipp, ManualClock } from '@ringback/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Network } from './network.ts';
import { addressOf, connect, dial, proxyTo, routeOfCaller } from './proxying.ts';

let network: Network;
beforeEach(async () => {
  network = await Network.start();
});
afterEach(() => network.close());

it('a request of no call is proxied like any other, and never answered 408', async () => {
  await network.close();
  network = await Network.start({ timing: { t1: 5 } });
  const sender = await network.phone('1001');
  const receiver = await network.phone('1002');
  const silent = await network.phone('1003');
  const targets = [addressOf(receiver), addressOf(silent)];
  await proxyTo(network, () => ({ destination: targets.shift()! }));
  sender.call('MESSAGE', 'sip:1002@ringback.local', { body: 'hello', contentType: 'text/plain' });
  const message = await receiver.request('MESSAGE');
  expect(Buffer.from(message.body).toString()).toBe('hello');
  receiver.reply(message, 202, 'Accepted');
  await sender.response(202);
  sender.call('MESSAGE', 'sip:1003@ringback.local', { body: 'hello', contentType: 'text/plain' });
  await silent.request('MESSAGE');
  await expect.poll(() => network.server.stats().serverTransactions).toBe(0);
  expect(sender.unread().filter((line) => line.includes('408'))).toEqual([]);
});

it('one transaction is proxied once, and not after an answer', async () => {
  const caller = await network.phone('1001');
  const callee = await network.phone('1002');
  const errors: unknown[] = [];
  await network.application((srf) => {
    srf.invite(async (req, res) => {
      const destination = addressOf(callee);
      void req.proxy({ destination });
      await req.proxy({ destination }).catch((error: unknown) => errors.push(error));
      res.send(200, {}, (error) => void errors.push(error));
    });
  });
  dial(caller);
  const forwarded = await callee.request('INVITE');
  await expect.poll(() => errors.length).toBe(2);
  expect(errors[0]).toMatch(/^Unknown transaction id: /);
  expect(String(errors[1])).toMatch(/unknown transaction/);
  callee.reply(forwarded, 486, 'Busy Here');
  await caller.response(486);
});

it('nothing of a proxied call is left when its time is over', async () => {
  await network.close();
  const clock = new ManualClock();
  network = await Network.start({ clock });
  const caller = await network.phone('1001');
  const callee = await network.phone('1002');
  await proxyTo(network, () => ({ destination: addressOf(callee), recordRoute: true, finalTimeout: '60s' }));
  const before = clock.pendingTimers;
  const { invite, ok } = await connect(caller, callee);
  caller.inDialog('BYE', invite, ok, routeOfCaller(ok));
  callee.reply(await callee.request('BYE'), 200, 'OK');
  await caller.response(200, 'BYE');
  clock.advance(40_000);
  expect(network.server.stats()).toMatchObject({ serverTransactions: 0, clientTransactions: 0 });
  expect(clock.pendingTimers).toBe(before);
});

it.runIf(hasSipp)('SIPp calls SIPp through us', async () => {
  const callee = await answerWithSipp();
  await proxyTo(network, () => ({ destination: `sip:sipp@127.0.0.1:${callee.port}`, recordRoute: true }));
  const report = await callWithSipp({
    server: { host: '127.0.0.1', port: network.port('udp') },
    calls: 30,
    callsPerSecond: 20,
    timeoutSec: 15,
  });
  await callee.stop();
  expect(report).toMatchObject({ succeeded: 30, failed: 0 });
});
