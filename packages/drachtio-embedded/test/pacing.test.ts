import { encodeFrame } from '@ringback/drachtio-wire';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { memoryDns } from './memory-dns.ts';
import { deferred, Network } from './network.ts';
import { RawApplication } from './raw-application.ts';

const QUEUE_BYTES = 4 * 1024 * 1024;

let network: Network;
let asked = deferred();
let answer = deferred<[]>();
beforeEach(async () => {
  asked = deferred();
  answer = deferred<[]>();
  network = await Network.start({
    limits: { ...DEFAULT_LIMITS, openCommands: 1, applicationQueueBytes: QUEUE_BYTES },
    dns: {
      ...memoryDns({}),
      addresses: async () => {
        asked.resolve();
        return { records: await answer.promise, ttlSec: 0 };
      },
    },
  });
});
afterEach(() => network.close());

const connect = () => RawApplication.authenticated(network.server.adminPort);

it('does not read on while the commands it was given are not done', async () => {
  const application = await connect();
  application.send('1|sip||', 'OPTIONS sip:x@slow.example SIP/2.0\r\n\r\n');
  await asked.promise;
  application.send('2|ping');
  // By the time another application has its answers, the server could have read that ping.
  const other = await connect();
  for (const id of [1, 2, 3]) await other.ask(`${id}|ping`);
  answer.resolve([]);
  // The command's echo, its 503 for want of an address, and only then the ping.
  const frames = [await application.next(), await application.next(), await application.next()];
  expect(frames.map(({ tokens }) => tokens[0])).toEqual(['1', 'network', '2']);
  for (const { socket } of [application, other]) socket.destroy();
});

it('does not read on while the application leaves the answers unread', async () => {
  const application = await connect();
  // 30 MB each way: more than the kernel keeps, and far more than the server may queue.
  const ids = Array.from({ length: 30_000 }, (_, index) => String(index).padStart(1000, '0'));
  application.socket.pause();
  application.socket.write(Buffer.concat(ids.map((id) => encodeFrame(`${id}|ping`))));
  await expect.poll(() => application.socket.writableLength).toBeGreaterThan(0);
  application.socket.resume();
  const answered: (string | undefined)[] = [];
  while (answered.length < ids.length) answered.push((await application.next()).tokens[0]);
  expect(answered.join() === ids.join()).toBe(true);
  application.socket.destroy();
});

it('drops an application that does not read its requests, and serves the others', async () => {
  const deaf = await connect();
  await deaf.ask('1|route|message');
  deaf.socket.pause();
  const phone = await network.phone('1001', 'tcp');
  await network.application((srf) => srf.options((_req, res) => res.send(200)));
  const send = () =>
    phone.call('MESSAGE', 'sip:x@ringback.local', { body: 'x'.repeat(60_000), contentType: 'text/plain' });
  await expect
    .poll(
      () => {
        for (let sent = 0; sent < 20; sent++) send();
        return network.server.stats().applications;
      },
      { timeout: 20_000, interval: 10 },
    )
    .toBe(1);
  phone.call('OPTIONS', 'sip:ringback.local');
  await phone.response(200, 'OPTIONS');
  deaf.socket.resume();
  await deaf.closed();
});
