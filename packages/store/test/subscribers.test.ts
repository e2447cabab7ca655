import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BindingRow, openStore, type Store } from '../src/index.ts';
import { databases, logger, type TestDatabase } from './databases.ts';

const soon = () => new Date(Date.now() + 600_000).toISOString();
const HA1 = { realm: 'ringback.local', ha1Md5: 'a'.repeat(32), ha1Sha256: 'b'.repeat(64) };

const binding = (number: string, change: Partial<BindingRow> = {}): BindingRow => ({
  id: `${number}-1`,
  number,
  contact: `sip:${number}@127.0.0.1:40000`,
  transport: 'udp',
  remoteAddress: '127.0.0.1:40000',
  userAgent: null,
  registeredAt: '2026-03-01T10:00:00.000Z',
  expiresAt: soon(),
  sipCallId: 'a@b',
  cseq: 4_294_967_295,
  ...change,
});

describe.each(databases)('subscribers on $name', ({ start }) => {
  let database: TestDatabase;
  let store: Store;
  let other: Store;
  beforeAll(async () => {
    database = await start();
    // Two services open their stores at the same time: the tables are made once.
    [store, other] = await Promise.all([
      openStore({ url: database.url, logger }),
      openStore({ url: database.url, logger }),
    ]);
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await other?.close();
    await database?.close();
  });

  it('are found by number, else by name in any case', async () => {
    await store.subscribers.save({ number: '1001', displayName: 'Alice', kind: 'subscriber' });
    await store.subscribers.save({ number: 'alice', displayName: 'Number, not name', kind: 'subscriber' });
    await store.subscribers.save({ number: '1002', displayName: 'Bob', kind: 'subscriber' });
    await store.subscribers.save({ number: '1002', displayName: 'Bert', kind: 'subscriber' });
    expect(await store.subscribers.find('1001')).toMatchObject({ displayName: 'Alice', kind: 'subscriber' });
    expect(await store.subscribers.find('ALICE')).toMatchObject({ number: '1001' });
    expect(await store.subscribers.find('alice')).toMatchObject({ number: 'alice' });
    expect(await store.subscribers.find('bob')).toBeNull();
    expect((await other.subscribers.list()).map(({ displayName }) => displayName)).toContain('Bert');
  });

  it('that are pages get numbers of their own, however many ask at once', async () => {
    const rows = await Promise.all(
      [store, other, store, other, store].map((each) =>
        each.subscribers.allocatePageNumber((number) => `Browser ${number}`),
      ),
    );
    expect(rows.map(({ number }) => number).sort()).toEqual(['2001', '2002', '2003', '2004', '2005']);
    expect(rows.find(({ number }) => number === '2002')).toMatchObject({
      displayName: 'Browser 2002',
      kind: 'page',
    });
  });

  it('that are pages give their numbers back when nothing of them is left', async () => {
    await store.credentials.save({ username: 'p2001', number: '2001', ...HA1, expiresAt: soon() });
    await store.bindings.save(binding('2002'));
    await store.credentials.save({
      username: 'p2003',
      number: '2003',
      ...HA1,
      expiresAt: new Date(0).toISOString(),
    });
    await age(database.url);
    const next = async () => (await store.subscribers.allocatePageNumber((n) => n)).number;
    expect([await next(), await next(), await next(), await next()]).toEqual([
      '2003',
      '2004',
      '2005',
      '2006',
    ]);
  });

  it('skip the numbers of services', async () => {
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query(`INSERT INTO subscribers (number, kind) SELECT n, 'subscriber' FROM generate_series(2001, 4999) n
      ON CONFLICT DO NOTHING`);
    await client.end();
    expect((await store.subscribers.allocatePageNumber((n) => n)).number).toBe('5001');
  });

  it('have credentials until these expire', async () => {
    const row = { username: '1001', number: '1001', ...HA1, expiresAt: null };
    await store.credentials.save(row);
    await store.credentials.save({ ...row, ha1Md5: 'c'.repeat(32) });
    expect(await store.credentials.find('1001')).toEqual({ ...row, ha1Md5: 'c'.repeat(32) });
    await store.credentials.save({ ...row, username: 'brief', expiresAt: '2026-03-01T10:00:00.000Z' });
    expect(await store.credentials.find('brief')).not.toBeNull();
    expect(await store.credentials.removeExpired(Date.parse('2026-03-01T10:00:00.000Z'))).toBeGreaterThan(0);
    expect(await store.credentials.find('brief')).toBeNull();
    expect(await store.credentials.find('1001')).not.toBeNull();
  });

  it('have credentials for one realm', async () => {
    const row = { username: '1001', number: '1001', ...HA1, expiresAt: null };
    await store.credentials.save(row);
    await store.credentials.save({ ...row, username: 'old', realm: null });
    await store.credentials.save({ ...row, username: 'brief', expiresAt: '2026-03-01T10:00:00.000Z' });
    expect(await store.credentials.lastingOfOtherRealm('ringback.local')).toEqual([]);
    expect(await store.credentials.lastingOfOtherRealm('example.com')).toEqual([
      { username: '1001', realm: 'ringback.local' },
    ]);
    await store.credentials.save({ ...row, realm: 'example.com' });
    expect(await store.credentials.lastingOfOtherRealm('example.com')).toEqual([]);
  });

  it('have bindings, which are added, refreshed, removed, and run out', async () => {
    const row = binding('1001');
    expect(await store.bindings.save(row)).toBe('added');
    expect(await store.bindings.save({ ...row, cseq: 7 })).toBe('refreshed');
    const brief = binding('1001', { contact: 'sip:brief@127.0.0.1', expiresAt: '2026-03-01T11:00:00.000Z' });
    expect(await store.bindings.save(brief)).toBe('added');
    const noon = Date.parse('2026-03-01T12:00:00.000Z');
    expect(await store.bindings.ofNumber('1001', noon)).toEqual([{ ...row, cseq: 7 }]);
    expect(await store.bindings.all(noon - 7_200_000)).toContainEqual(brief);
    expect(await store.bindings.removeExpired(noon)).toEqual([brief]);
    expect(await store.bindings.remove('1001', row.contact)).toEqual({ ...row, cseq: 7 });
    expect(await store.bindings.remove('1001', row.contact)).toBeNull();
  });
});

/** As if the numbers had been given an hour ago. */
async function age(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query("UPDATE subscribers SET allocated_at = allocated_at - interval '1 hour'");
  await client.end();
}
