import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { BusEvents } from '@ringback/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Bus,
  BusError,
  createLocalBus,
  createLogger,
  createNatsBus,
  firstMessage,
  startThread,
} from '../src/index.ts';

const logger = createLogger('test', 'silent');
const session = {
  number: '2001',
  displayName: 'Browser 2001',
  uri: 'sip:2001@ringback.local',
  username: '2001.a',
  password: 'p',
  expiresAt: '2026-01-01T00:00:00.000Z',
};

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function startNats(): Promise<{ url: string; process: ChildProcess }> {
  const port = await freePort();
  const process = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  closers.push(async () => {
    if (process.exitCode === null && process.kill()) await once(process, 'exit');
  });
  for await (const line of process.stderr!) if (String(line).includes('Server is ready')) break;
  return { url: `nats://127.0.0.1:${port}`, process };
}

const kinds: [string, () => Promise<() => Promise<Bus>>][] = [
  [
    'the local bus',
    async () => {
      const name = `test-${Math.random()}`;
      return async () => createLocalBus(name);
    },
  ],
  [
    'NATS',
    async () => {
      const { url } = await startNats();
      return () => createNatsBus(url, 'test', logger);
    },
  ],
];

describe.each(kinds)('%s', (_name, prepare) => {
  async function buses(count: number): Promise<Bus[]> {
    const open = await prepare();
    const all = await Promise.all(Array.from({ length: count }, open));
    closers.push(() => Promise.all(all.map((bus) => bus.close())));
    return all;
  }

  it('tells every subscriber, the publisher included, until it stops', async () => {
    const [a, b] = (await buses(2)) as [Bus, Bus];
    const heard: string[] = [];
    const both = new Promise<void>((resolve) => {
      const note = (who: string) => (event: BusEvents['call.hangup']) => {
        heard.push(`${who} ${event.callId}`);
        if (heard.length === 2) resolve();
      };
      a.subscribe('call.hangup', note('a'));
      b.subscribe('call.hangup', note('b'));
    });
    await settled(a, b);
    a.publish('call.hangup', { callId: '1' });
    await both;
    expect(heard.sort()).toEqual(['a 1', 'b 1']);
  });

  it('answers a request of another and of its own', async () => {
    const [a, b] = (await buses(2)) as [Bus, Bus];
    a.serve('session.issue', async ({ kind }) => ({ ...session, username: kind }));
    await settled(a, b);
    expect((await b.request('session.issue', { kind: 'page' })).username).toBe('page');
    expect((await a.request('session.issue', { kind: 'voice' })).username).toBe('voice');
  });

  it('gives each request to exactly one server', async () => {
    const [a, b, c] = (await buses(3)) as [Bus, Bus, Bus];
    let served = 0;
    for (const bus of [a, b])
      bus.serve('session.issue', async () => {
        served += 1;
        return session;
      });
    await settled(a, b, c);
    await Promise.all(Array.from({ length: 20 }, () => c.request('session.issue', { kind: 'page' })));
    expect(served).toBe(20);
  });

  it('carries the typed error of the server', async () => {
    const [a, b] = (await buses(2)) as [Bus, Bus];
    a.serve('session.issue', async () => {
      throw new BusError('not-found', 'no number 77');
    });
    await settled(a, b);
    await expect(b.request('session.issue', { kind: 'page', number: '77' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'no number 77',
    });
  });

  it('says that nobody serves, and that nobody serves any more', async () => {
    const [a, b] = (await buses(2)) as [Bus, Bus];
    await expect(b.request('session.issue', { kind: 'page' })).rejects.toMatchObject({ code: 'no-server' });
    const stop = a.serve('session.issue', async () => session);
    await settled(a, b);
    await b.request('session.issue', { kind: 'page' });
    stop();
    await settled(a, b);
    await expect(b.request('session.issue', { kind: 'page' })).rejects.toMatchObject({ code: 'no-server' });
  });

  it('gives up on a server that never answers', async () => {
    const [a, b] = (await buses(2)) as [Bus, Bus];
    a.serve('session.issue', () => new Promise(() => undefined));
    await settled(a, b);
    await expect(b.request('session.issue', { kind: 'page' }, 50)).rejects.toMatchObject({ code: 'timeout' });
  });
});

/** Each bus has taken effect of what was asked of it before: seen by a round trip through all. */
async function settled(...buses: Bus[]): Promise<void> {
  for (const bus of buses) {
    const stop = bus.serve('voice.call', async () => ({ worker: 'settled' }));
    await bus.request('voice.call', { callId: '', to: '', text: '', voiceId: null, fromName: '' });
    stop();
  }
}

it('the local bus joins the threads of a process', async () => {
  const name = `threads-${Math.random()}`;
  const bus = createLocalBus(name);
  closers.push(() => bus.close());
  const worker = startThread(new URL('./bus-worker.ts', import.meta.url), { name });
  closers.push(() => worker.terminate());
  await firstMessage(worker);
  expect((await bus.request('session.issue', { kind: 'page', number: '2009' })).number).toBe('2009');
});

it('an unreachable NATS server is named', async () => {
  const port = await freePort();
  await expect(createNatsBus(`nats://127.0.0.1:${port}`, 'test', logger)).rejects.toThrow(
    `no NATS server at 127.0.0.1:${port}`,
  );
});

it('a lost NATS server is noticed, and its return', async () => {
  const { url, process } = await startNats();
  const bus = await createNatsBus(url, 'test', logger);
  expect(bus.connected).toBe(true);
  process.kill();
  await once(process, 'exit');
  await expect.poll(() => bus.connected).toBe(false);
  const again = spawn('nats-server', ['-a', '127.0.0.1', '-p', new URL(url).port], { stdio: 'ignore' });
  closers.push(async () => {
    again.kill();
    await once(again, 'exit');
  });
  closers.push(() => bus.close());
  await expect.poll(() => bus.connected, { timeout: 10_000 }).toBe(true);
});
