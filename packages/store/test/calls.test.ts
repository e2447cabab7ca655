import type { CallEnd, RtcpReport } from '@ringback/contracts';
import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../src/index.ts';
import { aCall, aLeg, aMessage, databases, logger, type TestDatabase } from './databases.ts';

const HUNG_UP: CallEnd = { by: 'callee', sipStatus: 200, q850Cause: 16, sentence: 'Alice hung up.' };
const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, 0) + second * 1000).toISOString();

describe.each(databases)('calls on $name', ({ name, start }) => {
  let database: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    database = await start();
    store = await openStore({ url: database.url, logger });
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await database?.close();
  });

  it('follows a call from the queue to its end, and counts its duration from the answer', async () => {
    const call = aCall({ voiceId: 'rachel' });
    await store.calls.create(call);
    expect(await store.calls.get(call.id)).toEqual(call);
    expect((await store.calls.markRinging(call.id, at(1)))?.status).toBe('ringing');
    expect((await store.calls.markAnswered(call.id, at(3)))?.status).toBe('in-progress');
    expect(await store.calls.markSpeech(call.id, 'builtin', 'en')).toMatchObject({
      speechProvider: 'builtin',
      voiceId: 'en',
    });
    expect(await store.calls.markFirstAudio(call.id, 143, true)).toMatchObject({
      firstAudioMs: 143,
      speechCached: true,
    });
    expect(await store.calls.end(call.id, 'completed', HUNG_UP, at(10))).toEqual({
      ...call,
      status: 'completed',
      speechProvider: 'builtin',
      voiceId: 'en',
      firstAudioMs: 143,
      speechCached: true,
      ringingAt: at(1),
      answeredAt: at(3),
      endedAt: at(10),
      durationMs: 7000,
      end: HUNG_UP,
    });
  });

  it('keeps why a call ended so, once it has', async () => {
    const call = aCall();
    await store.calls.create(call);
    const busy = { rule: 'busy', sentence: 'Bob is busy.' };
    expect(await store.calls.explain(call.id, busy)).toBeNull();
    const end: CallEnd = { by: 'callee', sipStatus: 486, q850Cause: 17, sentence: 'Busy.', code: 'refused' };
    expect(await store.calls.end(call.id, 'busy', end, at(2))).toMatchObject({ end, explanation: null });
    expect(await store.calls.explain(call.id, busy)).toMatchObject({ explanation: busy });
    await store.calls.addEvent(call.id, {
      ...{ time: at(1), type: 'speech.failed', legId: null, sipStatus: null, detail: 'No.' },
      code: 'quota',
    });
    expect(await store.calls.detail(call.id)).toMatchObject({
      explanation: busy,
      events: [{ type: 'speech.failed', code: 'quota' }],
    });
  });

  it('keeps the first end, and nothing brings an ended call back', async () => {
    const call = aCall();
    await store.calls.create(call);
    const first: CallEnd = { by: 'caller', sipStatus: 487, q850Cause: 16, sentence: 'Canceled.' };
    const ends = await Promise.all([
      store.calls.end(call.id, 'canceled', first, at(2)),
      store.calls.end(call.id, 'canceled', first, at(2)),
    ]);
    expect(ends.filter((ended) => ended !== null)).toHaveLength(1);
    expect(await store.calls.markRinging(call.id, at(3))).toBeNull();
    expect(await store.calls.markAnswered(call.id, at(3))).toBeNull();
    await store.calls.create(call);
    expect(await store.calls.get(call.id)).toMatchObject({
      status: 'canceled',
      durationMs: null,
      end: first,
    });
  });

  it('does not take an answered call back to ringing', async () => {
    const call = aCall();
    await store.calls.create(call);
    await store.calls.markAnswered(call.id, at(1));
    expect(await store.calls.markRinging(call.id, at(2))).toMatchObject({ status: 'in-progress' });
  });

  it('knows nothing of a call that never was', async () => {
    const { id } = aCall();
    expect(await store.calls.get(id)).toBeNull();
    expect(await store.calls.detail(id)).toBeNull();
    expect(await store.calls.end(id, 'failed', HUNG_UP, at(1))).toBeNull();
  });

  // PGlite has one session, so that nothing can end while it is read.
  it.skipIf(name === 'PGlite')('never shows an ended call with a leg that is still up', async () => {
    const call = aCall();
    const leg = aLeg(call.id, { state: 'confirmed' });
    await store.calls.create(call);
    await store.calls.saveLeg(leg);
    const writer = new pg.Client(database.url);
    await writer.connect();
    // Whoever reads the call has to wait for the lock, and meanwhile leg and call come to their ends.
    await writer.query('BEGIN; LOCK TABLE calls IN ACCESS EXCLUSIVE MODE');
    const reading = store.calls.detail(call.id);
    await store.messages.ofCall(call.id);
    await writer.query(`UPDATE legs SET state = 'terminated' WHERE id = '${leg.id}'`);
    await writer.query(
      `UPDATE calls SET status = 'completed', ended_at = now(), end_by = 'caller', end_sip_status = 200,
         end_q850_cause = 16, end_sentence = 'The caller hung up' WHERE id = '${call.id}'`,
    );
    await writer.query('COMMIT');
    await writer.end();
    expect(await reading).toMatchObject({ status: 'completed', legs: [{ state: 'terminated' }] });
  });

  it('gives a call with its legs and events, each event once', async () => {
    const call = aCall();
    await store.calls.create(call);
    const callee = aLeg(call.id, { startedAt: at(2) });
    const caller = aLeg(call.id, { role: 'caller', kind: 'voice', startedAt: at(1) });
    await store.calls.saveLeg(callee);
    await store.calls.saveLeg(caller);
    const media = {
      packets: 350,
      bytes: 56_000,
      packetsLost: 0,
      jitterMs: 0.4,
      roundTripMs: null,
      mos: 4.3,
      codec: 'PCMU',
    };
    await store.calls.saveLeg({ ...callee, state: 'terminated', endedAt: at(9), sipStatus: 200, media });
    await store.calls.saveLeg({ ...callee, state: 'confirmed' });
    const ringing = {
      time: at(1),
      type: 'call.ringing',
      legId: null,
      sipStatus: null,
      detail: 'Alice is ringing.',
    };
    const early = { time: at(1), type: 'leg.early', legId: callee.id, sipStatus: 180, detail: '180 Ringing' };
    for (const event of [ringing, early, ringing, early]) await store.calls.addEvent(call.id, event);
    const detail = await store.calls.detail(call.id);
    expect(detail?.events).toEqual([ringing, early]);
    expect(detail?.legs).toEqual([
      caller,
      { ...callee, state: 'terminated', endedAt: at(9), sipStatus: 200, media },
    ]);
    expect(await store.calls.legBySipCallId(callee.sipCallId)).toMatchObject({ id: callee.id });
    expect(await store.calls.legBySipCallId('unheard@of')).toBeNull();
  });

  it('gives the RTCP reports of a call in the order of their times, each once', async () => {
    const call = aCall();
    const report: RtcpReport = {
      ...{ id: uuidv7(), callId: call.id, legId: uuidv7(), time: at(1), timeUs: Date.parse(at(1)) * 1000 },
      ...{
        source: '127.0.0.1:4001',
        destination: '127.0.0.1:30001',
        kind: 'sender-report',
        ssrc: 2 ** 32 - 1,
      },
      cname: 'phone\ud800',
      sent: { packets: 50, octets: 8000 },
      blocks: [
        {
          ...{ ssrc: 7, fractionLost: 255, packetsLost: 12, highestSequence: 65_600, jitter: 31 },
          ...{ lastSenderReport: 2 ** 32 - 1, delaySinceLastSenderReport: 65_536 },
        },
      ],
    };
    const earlier: RtcpReport = {
      ...report,
      ...{ id: uuidv7(), time: at(0), timeUs: report.timeUs - 1_000_000, kind: 'receiver-report' },
      ...{ cname: null, sent: null, blocks: [] },
    };
    await store.reports.add([report, earlier]);
    await store.reports.add([report]);
    await store.reports.add([]);
    expect(await store.reports.ofCall(call.id)).toEqual([earlier, { ...report, cname: 'phone\ufffd' }]);
  });

  it('gives messages in wire order, also those of the same microsecond, and each once', async () => {
    const call = aCall();
    await store.calls.create(call);
    const later = aMessage(call.id, {
      id: 'later',
      timeUs: 1_772_359_200_000_500,
      summary: '180 Ringing',
      status: 180,
    });
    const [first, second] = [
      aMessage(call.id, { id: `b${call.id}` }),
      aMessage(call.id, { id: `a${call.id}` }),
    ];
    await store.messages.add([later, first, second]);
    await store.messages.add([first]);
    await store.messages.add([]);
    expect(await store.messages.ofCall(call.id)).toEqual([first, second, later]);
  });

  it('stores a message with bytes that are no text', async () => {
    const call = aCall();
    await store.calls.create(call);
    await store.messages.add([aMessage(call.id, { raw: 'a\0b\ud800c "\\u0000" \u{1f4de}' })]);
    const [message] = await store.messages.ofCall(call.id);
    expect(message?.raw).toBe('a\ufffdb\ufffdc "\\u0000" \u{1f4de}');
  });
});

describe.each(databases)('the list of calls on $name', ({ start }) => {
  let database: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    database = await start();
    store = await openStore({ url: database.url, logger });
    for (let n = 0; n < 7; n++)
      await store.calls.create(aCall({ text: `Call ${n}`, createdAt: at(Math.floor(n / 2)) }));
    const busy = aCall({ to: { number: '486', displayName: '100%_Busy' }, text: 'x', createdAt: at(60) });
    await store.calls.create(busy);
    await store.calls.end(
      busy.id,
      'busy',
      { by: 'callee', sipStatus: 486, q850Cause: 17, sentence: 'Busy.' },
      at(61),
    );
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await database?.close();
  });

  it('comes newest first in pages that neither repeat nor lose a call', async () => {
    const texts: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.calls.list({ limit: 3, cursor });
      texts.push(...page.calls.map(({ text }) => text));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(texts).toEqual(['x', 'Call 6', 'Call 5', 'Call 4', 'Call 3', 'Call 2', 'Call 1', 'Call 0']);
  });

  it('is filtered by status, words and time', async () => {
    const count = async (filter: Parameters<typeof store.calls.list>[0]) =>
      (await store.calls.list(filter)).calls.length;
    expect(await count({ status: ['busy'] })).toBe(1);
    expect(await count({ q: 'CALL 3' })).toBe(1);
    expect(await count({ q: 'alice' })).toBe(7);
    expect(await count({ q: '%_' })).toBe(1);
    expect(await count({ q: '\\' })).toBe(0);
    expect(await count({ from: at(3), to: at(60) })).toBe(1);
    expect(await count({ q: 'call', status: ['busy'] })).toBe(0);
  });

  it('refuses a cursor that it never gave', async () => {
    for (const cursor of ['nonsense', '', Buffer.from('2026-99-99T99:99:99.000Z x').toString('base64url')])
      await expect(store.calls.list({ cursor })).rejects.toMatchObject({ code: 'bad-cursor' });
  });

  it('closes what a crash has left open, and says so', async () => {
    const [open] = (await store.calls.list({ status: ['queued'], limit: 1 })).calls;
    const leg = aLeg(open!.id);
    await store.calls.saveLeg(leg);
    const ended = await store.calls.endInterrupted(at(100));
    expect(ended).toHaveLength(7);
    expect(ended[0]).toMatchObject({ status: 'failed', endedAt: at(100), end: { by: 'network' } });
    expect((await store.calls.detail(open!.id))?.legs[0]).toMatchObject({
      state: 'terminated',
      endedAt: at(100),
    });
    expect(await store.calls.endInterrupted(at(101))).toEqual([]);
  });

  it('tells which ended calls nobody has explained', async () => {
    const [first, ...others] = await store.calls.unexplained(100);
    await store.calls.explain(first!, { rule: 'network-interrupted', sentence: 'It was interrupted.' });
    expect(await store.calls.unexplained(100)).toEqual(others);
    expect(await store.calls.unexplained(1)).toEqual(others.slice(0, 1));
  });
});
