import type { Call, CallEnd, Leg } from '@ringback/contracts';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../src/index.ts';
import { aCall, aLeg, aMessage, databases, logger, type TestDatabase } from './databases.ts';

const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, 0) + second * 1000).toISOString();
const HUNG_UP: CallEnd = { by: 'callee', sipStatus: 200, q850Cause: 16, sentence: 'Bob hung up.' };
const BUSY: CallEnd = { by: 'callee', sipStatus: 486, q850Cause: 17, sentence: 'Carol was on the phone.' };

const media = (mos: number | null): Leg['media'] => ({
  packets: 500,
  bytes: 80_000,
  packetsLost: 0,
  jitterMs: 1,
  roundTripMs: null,
  mos,
  codec: 'PCMU',
});

describe.each(databases)('records on $name', ({ start }) => {
  let database: TestDatabase;
  let store: Store;
  let talked: Call;
  let busy: Call;

  beforeAll(async () => {
    database = await start();
    store = await openStore({ url: database.url, logger });
    talked = aCall({
      createdAt: at(0),
      from: { number: '1001', displayName: 'Alice' },
      to: { number: '1002', displayName: 'Bob Ümlaut' },
      text: 'Your table is ready, 100 % sure.',
      voiceId: 'rachel',
    });
    await store.calls.create(talked);
    const caller = {
      sipCallId: 'f81d4fae@10.0.0.7',
      userAgent: 'Linphone/5.2',
      remoteAddress: '10.0.0.7:5062',
    };
    await Promise.all([
      store.calls.saveLeg(
        aLeg(talked.id, { role: 'caller', number: '1001', kind: 'phone', transport: 'tls', ...caller }),
      ),
      store.calls.saveLeg(aLeg(talked.id, { number: '1002', userAgent: 'baresip v3.1', media: media(4.4) })),
    ]);
    const { legs } = (await store.calls.detail(talked.id))!;
    await store.calls.saveLeg({ ...legs[0]!, media: media(2.9) });
    await store.calls.markAnswered(talked.id, at(5));
    await store.calls.end(talked.id, 'completed', HUNG_UP, at(65));
    busy = aCall({ createdAt: at(100), to: { number: '1003', displayName: 'Carol' }, text: null });
    await store.calls.create(busy);
    await store.calls.end(busy.id, 'busy', BUSY, at(101));
    await store.calls.create(aCall({ createdAt: at(200), to: { number: '9196', displayName: null } }));
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await database?.close();
  });

  const found = async (filter: Parameters<Store['calls']['list']>[0]) =>
    (await store.calls.list(filter)).calls.map(({ to }) => to.number);

  it.each([
    ['a number', '1002'],
    ['a name in any case', 'bob ümlaut'],
    ['the text', 'TABLE IS'],
    ['a sign of the pattern language', '100 %'],
    ['the voice', 'rachel'],
    ['the sentence of the end', '"Bob hung up."'],
    ['words that stand apart, in any order', 'ready alice linphone'],
    ['the Call-ID of a leg', 'f81d4fae@10'],
    ['the user agent of a leg', 'BareSIP v3'],
    ['the address of a leg', '10.0.0.7:5062'],
    ['the status', 'completed'],
  ])('are found by %s', async (_what, q) => expect(await found({ q })).toEqual(['1002']));

  it('are found by the id of the call and by the SIP status', async () => {
    expect(await found({ q: talked.id })).toEqual(['1002']);
    expect(await found({ q: '486' })).toEqual(['1003']);
    expect(await found({ q: '"ready alice"' })).toEqual([]);
  });

  it('are narrowed by every filter', async () => {
    expect(await found({ status: ['busy', 'queued'] })).toEqual(['9196', '1003']);
    expect(await found({ caller: '1001' })).toEqual(['1002']);
    expect(await found({ callee: 'carol' })).toEqual(['1003']);
    expect(await found({ callee: '100' })).toEqual([]);
    expect(await found({ from: at(100), to: at(200) })).toEqual(['1003']);
    expect(await found({ minDurationMs: 60_000 })).toEqual(['1002']);
    expect(await found({ maxDurationMs: 59_999 })).toEqual([]);
    expect(await found({ mosBelow: 3 })).toEqual(['1002']);
    expect(await found({ mosBelow: 2.9 })).toEqual([]);
    expect(await found({ sipStatus: { from: 400, to: 499 } })).toEqual(['1003']);
  });

  it('know their legs and the worse of their two directions', async () => {
    const { calls } = await store.calls.list({ q: '1002' });
    expect(calls[0]).toMatchObject({
      mos: 2.9,
      legs: [
        { role: 'caller', userAgent: 'Linphone/5.2', transport: 'tls' },
        { role: 'callee', userAgent: 'baresip v3.1' },
      ],
    });
  });

  it('are counted as a whole', async () => {
    expect(await store.calls.totals({})).toEqual({ calls: 3, answered: 1, talkMs: 60_000, mos: 2.9 });
    expect(await store.calls.totals({ status: ['busy'] })).toEqual({
      calls: 1,
      answered: 0,
      talkMs: 0,
      mos: null,
    });
  });

  it('stay in place on their pages while calls come in', async () => {
    const first = await store.calls.list({ limit: 1 });
    await store.calls.create(aCall({ createdAt: at(300), to: { number: '9197', displayName: null } }));
    const next = await store.calls.list({ limit: 5, cursor: first.nextCursor! });
    expect([...first.calls, ...next.calls].map(({ to }) => to.number)).toEqual(['9196', '1003', '1002']);
  });

  it('go with all that hangs on them, the oldest first, and never while the call is up', async () => {
    await store.messages.add([aMessage(talked.id), aMessage(busy.id)]);
    await store.calls.addEvent(talked.id, {
      time: at(0),
      type: 'call.queued',
      legId: null,
      sipStatus: null,
      detail: 'asked for',
    });
    expect(await store.calls.endedBefore(at(1000), 1)).toEqual([talked.id]);
    expect(await store.calls.endedBefore(at(1000), 10)).toEqual([talked.id, busy.id]);
    expect(await store.calls.endedBefore(at(0), 10)).toEqual([]);
    await store.calls.remove([talked.id]);
    expect(await store.calls.get(talked.id)).toBeNull();
    expect(await left(database.url, talked.id)).toBe(0);
    expect(await store.messages.ofCall(busy.id)).toHaveLength(1);
  });

  it('leave nothing behind that was captured of a call without a record, once it is old', async () => {
    const [stray, late] = [uuidv7(), uuidv7()];
    const laterUs = Date.parse(at(60)) * 1000;
    const told = { type: 'call.ended', legId: null, sipStatus: null, detail: 'too late' } as const;
    await store.messages.add([aMessage(stray), aMessage(stray), aMessage(late, { timeUs: laterUs })]);
    await store.calls.addEvent(stray, { time: at(0), ...told });
    const before = new Date(laterUs / 1000).toISOString();
    expect(await store.calls.removeStrays(before, 1)).toBe(2);
    expect(await store.calls.removeStrays(before, 10)).toBe(1);
    expect(await left(database.url, stray)).toBe(0);
    expect(await store.messages.ofCall(late)).toHaveLength(1);
    expect(await store.messages.ofCall(busy.id)).toHaveLength(1);
  });
});

/** Rows of any table that still tell of the call. */
async function left(url: string, callId: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const tables = await client.query<{ table_name: string }>(
      `SELECT table_name FROM information_schema.columns WHERE column_name = 'call_id' AND table_schema = 'public'`,
    );
    let rows = 0;
    for (const { table_name } of tables.rows)
      rows += (await client.query(`SELECT FROM ${table_name} WHERE call_id = $1`, [callId])).rowCount ?? 0;
    return rows;
  } finally {
    await client.end();
  }
}
