import type { CallRecord, Problem } from '@ringback/contracts';
import { ManualClock } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RecordKeeper } from '../src/records/record-keeper.ts';
import {
  aCall,
  aLeg,
  gatewayUnderTest,
  logger,
  startStore,
  type TestGateway,
  type TestStore,
} from './gateway-under-test.ts';

const END = { by: 'callee', sipStatus: 200, q850Cause: 16, sentence: 'Alice, "hung up"' } as const;

let database: TestStore;
let gateway: TestGateway;
beforeAll(async () => {
  database = await startStore();
}, 60_000);
afterAll(() => database?.close());
beforeEach(async () => {
  gateway = await gatewayUnderTest(database.store);
});
afterEach(() => gateway.close());

const get = (url: string, accept = '*/*') => gateway.app.inject({ url, headers: { accept } });

describe('records as a file', () => {
  const call = aCall({
    createdAt: '2019-01-01T00:00:00.000Z',
    text: '=HYPERLINK("http://evil")',
    to: { number: '+4930123', displayName: '@SUM(1)' },
  });
  const leg = aLeg(call.id, { userAgent: '-2+3 phone', sipCallId: '+a@b' });
  beforeAll(async () => {
    await database.store.calls.create(call);
    await database.store.calls.saveLeg(leg);
    await database.store.calls.markAnswered(call.id, '2019-01-01T00:00:01.000Z');
    await database.store.calls.end(call.id, 'completed', END, '2019-01-01T00:00:03.500Z');
    await database.store.calls.explain(call.id, { rule: 'ordinary', sentence: 'Alice, "hung up" at once' });
  });

  it('are a table for spreadsheets, which takes no text for a formula', async () => {
    const byHeader = await get('/api/calls?to=2019-06-01T00:00:00Z', 'text/csv');
    const byName = await get('/api/calls.csv?to=2019-06-01T00:00:00Z');
    expect(byName.body).toBe(byHeader.body);
    expect(byName.headers['content-type']).toContain('text/csv');
    expect(byName.headers['content-disposition']).toContain('ringback-calls.csv');
    expect(byName.body.split('\r\n')).toEqual([
      'id,status,from,from_name,to,to_name,text,voice,speech_provider,created_at,ringing_at,answered_at,ended_at,duration_ms,mos,ended_by,sip_status,q850_cause,reason,caller_address,caller_user_agent,callee_address,callee_user_agent,sip_call_ids,why_rule',
      `${call.id},completed,1002,Bob,+4930123,'@SUM(1),"'=HYPERLINK(""http://evil"")",,,2019-01-01T00:00:00.000Z,,2019-01-01T00:00:01.000Z,2019-01-01T00:00:03.500Z,2500,,callee,200,16,"Alice, ""hung up"" at once",127.0.0.1:40000,'-2+3 phone,,,'+a@b,ordinary`,
      '',
    ]);
  });

  it('are an array of JSON, whole or empty', async () => {
    const answer = await get('/api/calls.json?to=2019-06-01T00:00:00Z');
    expect(answer.headers['content-disposition']).toContain('ringback-calls.json');
    expect(answer.json()).toMatchObject([{ id: call.id, legs: [{ sipCallId: '+a@b' }] }]);
    expect((await get('/api/calls.json?q=nobody-at-all')).json()).toEqual([]);
  });

  it('go to the last call of a set that is longer than a page, each once', async () => {
    const many = Array.from({ length: 1100 }, (_, i) =>
      aCall({
        createdAt: new Date(Date.UTC(2018, 0, 1) + Math.floor(i / 3)).toISOString(),
        text: `no. ${i}`,
      }),
    );
    for (const each of many) await database.store.calls.create(each);
    const found = (await get('/api/calls.json?to=2018-06-01T00:00:00Z')).json<CallRecord[]>();
    expect(new Set(found.map(({ id }) => id)).size).toBe(1100);
    expect(found).toHaveLength(1100);
  });
});

describe('records that are looked for', () => {
  it('are found by every filter, and counted', async () => {
    const id = aCall().id;
    await database.store.calls.create(aCall({ id, text: 'needle' }));
    await database.store.calls.saveLeg(aLeg(id, { userAgent: 'Grandstream GXP' }));
    await database.store.calls.end(id, 'busy', { ...END, sipStatus: 486 }, new Date().toISOString());
    for (const query of [
      'q=grandstream',
      'q=needle&status=busy,failed',
      'q=needle&caller=bob&callee=1001',
      'q=needle&sipStatus=4xx',
      'q=needle&sipStatus=486',
    ]) {
      expect((await get(`/api/calls?${query}`)).json().calls, query).toMatchObject([{ id }]);
      expect((await get(`/api/calls/totals?${query}`)).json(), query).toEqual({
        calls: 1,
        answered: 0,
        talkMs: 0,
        mos: null,
      });
    }
    for (const query of ['q=needle&sipStatus=5xx', 'q=needle&minDuration=1', 'q=needle&mosBelow=5'])
      expect((await get(`/api/calls?${query}`)).json().calls, query).toEqual([]);
  });

  it.each([
    ['status', 'status=busy,done'],
    ['sipStatus', 'sipStatus=99'],
    ['mosBelow', 'mosBelow=good'],
    ['minDuration', 'minDuration=-1'],
    ['caller', `caller=${'x'.repeat(65)}`],
    ['q', `q=${'x'.repeat(201)}`],
  ])('name %s as what is wrong with ?%s', async (field, query) => {
    for (const path of ['/api/calls', '/api/calls/totals', '/api/calls.csv', '/api/calls.json']) {
      const answer = await get(`${path}?${query}`);
      expect(answer.statusCode).toBe(422);
      expect(answer.json<Problem>()).toMatchObject({ field, remedy: expect.any(String) });
    }
  });
});

describe('records that are old', () => {
  const DAY_MS = 86_400_000;
  const keeper = (clock: ManualClock, keepDays: number | undefined, forgotten: string[] = []) =>
    new RecordKeeper({
      calls: database.store.calls,
      keepDays,
      forget: [async (ids) => void forgotten.push(...ids)],
      clock,
      logger,
    });

  it('go, what hangs on them first, and those that are young enough stay', async () => {
    const clock = new ManualClock(Date.UTC(2017, 5, 30));
    const at = (days: number) => new Date(clock.nowMs() - days * DAY_MS).toISOString();
    const [old, young] = [aCall({ createdAt: at(31) }), aCall({ createdAt: at(29) })];
    for (const each of [old, young]) {
      await database.store.calls.create(each);
      await database.store.calls.end(each.id, 'failed', END, at(29));
    }
    const forgotten: string[] = [];
    expect(await keeper(clock, 30, forgotten).sweep()).toBeGreaterThan(0);
    expect(forgotten).toContain(old.id);
    expect(await database.store.calls.get(old.id)).toBeNull();
    expect(await database.store.calls.get(young.id)).not.toBeNull();
    expect(await keeper(clock, undefined).sweep()).toBe(0);
  });

  it('go with what was captured of calls that have none', async () => {
    const clock = new ManualClock(Date.UTC(2017, 5, 30));
    const { id: callId } = aCall();
    const type = 'call.queued';
    const time = new Date(clock.nowMs() - 31 * DAY_MS).toISOString();
    await database.store.calls.addEvent(callId, { time, type, legId: null, sipStatus: null, detail: '' });
    await keeper(clock, 30).sweep();
    expect(await database.store.calls.removeStrays(new Date(clock.nowMs()).toISOString(), 1)).toBe(0);
  });

  it('are told of in the settings', async () => {
    expect((await get('/api/settings')).json()).toEqual({
      domain: 'ringback.local',
      sip: { host: '127.0.0.1', port: 5060, tlsPort: 5061 },
      exposed: false,
      keepCallsDays: 90,
    });
  });
});
