import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallEnd } from '@ringback/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../src/index.ts';
import { aCall, aLeg, aMessage, databases, logger, type TestDatabase } from './databases.ts';

const HUNG_UP: CallEnd = { by: 'callee', sipStatus: 200, q850Cause: 16, sentence: 'Alice hung up.' };
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, second)).toISOString();

/** A way to the database that can be cut. */
async function cuttable(url: string) {
  const target = new URL(url);
  const { port, hostname } = target;
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) return client.destroy();
    const database = createConnection(Number(port), hostname);
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
    return client;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  target.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: target.href,
    cut,
    mend() {
      isCut = false;
    },
    close() {
      cut();
      server.close();
    },
  };
}

describe.each(databases)('records while $name is away', ({ start }) => {
  let database: TestDatabase;
  let direct: Store;
  let way: Awaited<ReturnType<typeof cuttable>>;
  let store: Store;
  let folder: string;
  let spoolFile: string;
  beforeAll(async () => {
    database = await start();
    direct = await openStore({ url: database.url, logger });
  }, 60_000);
  afterAll(async () => {
    await direct?.close();
    await database?.close();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringback-spool-'));
    spoolFile = join(folder, 'spool', 'test.jsonl');
    way = await cuttable(database.url);
    store = await openStore({ url: way.url, logger, spoolFile });
  });
  afterEach(async () => {
    way.mend();
    await store.close();
    way.close();
    await rm(folder, { recursive: true, force: true });
  });

  const written = async (id: string) => {
    for (;;) {
      const detail = await direct.calls.detail(id);
      if (detail?.end) return detail;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const aWholeCall = async () => {
    const call = aCall();
    const leg = aLeg(call.id);
    await store.calls.create(call);
    await store.calls.saveLeg(leg);
    for (const write of [
      () => store.calls.markRinging(call.id, at(1)),
      () => store.calls.markAnswered(call.id, at(2)),
      () => store.calls.end(call.id, 'completed', HUNG_UP, at(5)),
    ])
      await expect(write()).rejects.toMatchObject({ code: 'spooled' });
    await store.calls.addEvent(call.id, {
      time: at(1),
      type: 'call.ringing',
      legId: null,
      sipStatus: null,
      detail: 'It rings',
    });
    await store.messages.add([aMessage(call.id)]);
    return { call, leg };
  };

  it('wait on disk, and are written once, in order, when it is back', async () => {
    way.cut();
    await expect(store.ping()).rejects.toMatchObject({ code: 'unavailable' });
    const { call, leg } = await aWholeCall();
    expect((await readFile(spoolFile, 'utf8')).trim().split('\n')).toHaveLength(7);
    way.mend();
    const detail = await written(call.id);
    expect(detail).toMatchObject({ status: 'completed', durationMs: 3000, legs: [{ id: leg.id }] });
    const next = aCall();
    await store.calls.create(next);
    await expect.poll(() => direct.calls.get(next.id)).toMatchObject({ id: next.id });
    await expect.poll(async () => (await stat(spoolFile)).size).toBe(0);
    expect((await direct.calls.detail(call.id))?.events).toHaveLength(1);
    expect(await direct.messages.ofCall(call.id)).toHaveLength(1);
    expect(await store.calls.end(next.id, 'failed', HUNG_UP, at(9))).toMatchObject({ status: 'failed' });
  });

  it('outlive the process, and a line that was half written', async () => {
    way.cut();
    const { call } = await aWholeCall();
    await store.close();
    await appendFile(spoolFile, '{"method":"create","ar');
    way.mend();
    store = await openStore({ url: way.url, logger, spoolFile });
    expect(await direct.calls.get(call.id)).toMatchObject({ status: 'completed' });
    expect((await stat(spoolFile)).size).toBe(0);
  });

  it('do not wait for one that the database will never take', async () => {
    way.cut();
    await store.calls.saveLeg(aLeg(aCall().id));
    const { call } = await aWholeCall();
    way.mend();
    expect(await written(call.id)).toMatchObject({ status: 'completed' });
    expect(await readFile(`${spoolFile}.refused`, 'utf8')).toContain('"saveLeg"');
  });

  it('are refused at once when the database objects', async () => {
    await expect(store.calls.saveLeg(aLeg(aCall().id))).rejects.toMatchObject({ code: '23503' });
    expect((await stat(spoolFile)).size).toBe(0);
  });
});
