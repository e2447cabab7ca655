import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, startEmbeddedDatabase } from '../src/index.ts';
import { aCall, databases, logger, type TestDatabase } from './databases.ts';

const [pglite] = databases;

describe('the embedded database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await pglite!.start();
  }, 60_000);
  afterAll(() => database?.close());

  const connected = async () => {
    const client = new pg.Client(database.url);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };

  it('serves several clients that mix statements, errors and transactions', async () => {
    const clients = await Promise.all(Array.from({ length: 6 }, connected));
    await clients[0]!.query('CREATE TABLE numbers (n integer PRIMARY KEY)');
    const work = clients.map(async (client, which) => {
      for (let n = 0; n < 40; n++) {
        const { rows } = await client.query('SELECT $1::text AS a, $2::integer AS b', [`${which}`, n]);
        expect(rows).toEqual([{ a: `${which}`, b: n }]);
        await expect(client.query('SELECT 1 / $1::integer', [0])).rejects.toMatchObject({ code: '22012' });
        await client.query('BEGIN');
        await client.query('INSERT INTO numbers VALUES ($1)', [which * 1000 + n]);
        const seen = await client.query('SELECT n FROM numbers WHERE n = $1', [which * 1000 + n]);
        expect(seen.rowCount).toBe(1);
        await client.query(n % 2 ? 'COMMIT' : 'ROLLBACK');
      }
    });
    await Promise.all(work);
    const { rows } = await clients[1]!.query('SELECT count(*)::integer AS count FROM numbers');
    expect(rows).toEqual([{ count: 120 }]);
    await Promise.all(clients.map((client) => client.end()));
  });

  it('undoes the transaction of a client that vanishes, and lets the others go on', async () => {
    const [one, other] = [await connected(), await connected()];
    await one.query('CREATE TABLE lost (n integer)');
    await one.query('BEGIN');
    await one.query('INSERT INTO lost VALUES (1)');
    const waiting = other.query('SELECT count(*)::integer AS count FROM lost');
    (one as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect((await waiting).rows).toEqual([{ count: 0 }]);
    await other.end();
  });

  it('drops a client that speaks no PostgreSQL, and serves the next one', async () => {
    const socket = createConnection({ port: Number(new URL(database.url).port), host: '127.0.0.1' });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.end('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await closed;
    const client = await connected();
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it('says what it is', async () => {
    const store = await openStore({ url: database.url, logger });
    expect(store.server).toEqual({ version: expect.stringMatching(/^PostgreSQL .*PGlite/), embedded: true });
    await store.ping();
    await store.close();
  });
});

describe('the folder of an embedded database', () => {
  it('keeps its records, and serves one process at a time', { timeout: 60_000 }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'ringback-pglite-'));
    const call = aCall();
    const first = await startEmbeddedDatabase({ dataDir, logger });
    const store = await openStore({ url: first.url, logger });
    await store.calls.create(call);
    await expect(startEmbeddedDatabase({ dataDir, logger })).rejects.toMatchObject({ code: 'in-use' });
    await store.close();
    await first.close();

    const second = await startEmbeddedDatabase({ dataDir, logger });
    const again = await openStore({ url: second.url, logger });
    expect(await again.calls.get(call.id)).toEqual(call);
    await again.close();
    await second.close();
    await rm(dataDir, { recursive: true, force: true });
  });
});

describe('a database that is not there', () => {
  it('is named without its password when it refuses', { timeout: 30_000 }, async () => {
    const url = 'postgres://ringback:secret@127.0.0.1:1/records';
    const refusal = await openStore({ url, logger }).catch((error: Error) => error);
    expect(refusal).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('127.0.0.1:1/records'),
    });
    expect((refusal as Error).message).not.toContain('secret');
  });
});
