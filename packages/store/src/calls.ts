import type { Call, CallEnd, CallEventRecord } from '@ringback/contracts';
import { listCalls, totalsOf } from './call-list.ts';
import { endedBefore, removeCalls, removeStrays } from './call-removal.ts';
import { CALL_COLUMNS, type CallRow, callOf } from './call-row.ts';
import type { Database, Queries, Values } from './database.ts';
import { legsOf, newestLeg, saveLeg } from './legs.ts';
import { saveRecording } from './recordings.ts';
import type { CallStore } from './store.ts';

const INTERRUPTED: CallEnd = {
  by: 'network',
  sipStatus: 503,
  q850Cause: 41,
  sentence: 'The network stopped while the call was up.',
  code: 'interrupted',
};

export function callStore(database: Database): CallStore {
  /** The first value is the call's id. */
  const updateOpen = async (assignments: string, values: Values): Promise<Call | null> => {
    const [row] = await database.rows<CallRow>(
      `UPDATE calls SET ${assignments} WHERE id = $1 AND ended_at IS NULL RETURNING ${CALL_COLUMNS}`,
      values,
    );
    return row ? callOf(row) : null;
  };
  const get = async (id: string): Promise<Call | null> => {
    const [row] = await database.rows<CallRow>(`SELECT ${CALL_COLUMNS} FROM calls WHERE id = $1`, [id]);
    return row ? callOf(row) : null;
  };
  return {
    get,
    create: (call) => insert(database, call),
    async detail(id) {
      // The call first: its end is written after its legs', so that one read as ended has them as they ended.
      const call = await get(id);
      if (!call) return null;
      const [legs, events] = await Promise.all([legsOf(database, id), eventsOf(database, id)]);
      return { ...call, legs, events };
    },
    markRinging: (id, at) =>
      updateOpen(
        `status = CASE status WHEN 'queued' THEN 'ringing' ELSE status END,
         ringing_at = coalesce(ringing_at, $2)`,
        [id, at],
      ),
    markAnswered: (id, at) =>
      updateOpen(`status = 'in-progress', answered_at = coalesce(answered_at, $2)`, [id, at]),
    markSpeech: (id, provider, voiceId) =>
      updateOpen('speech_provider = $2, voice_id = coalesce($3, voice_id)', [id, provider, voiceId]),
    markFirstAudio: (id, firstAudioMs, cached) =>
      updateOpen('first_audio_ms = $2, speech_cached = $3', [id, firstAudioMs, cached]),
    end: (id, status, end, at) =>
      updateOpen(
        `status = $2, ended_at = $3, end_by = $4, end_sip_status = $5, end_q850_cause = $6, end_sentence = $7,
         end_code = $8`,
        [id, status, at, ...endValues(end)],
      ),
    async explain(id, { rule, sentence }) {
      const [row] = await database.rows<CallRow>(
        `UPDATE calls SET why_rule = $2, why_sentence = $3 WHERE id = $1 AND ended_at IS NOT NULL
         RETURNING ${CALL_COLUMNS}`,
        [id, rule, sentence],
      );
      return row ? callOf(row) : null;
    },
    async unexplained(limit) {
      const rows = await database.rows<{ id: string }>(
        `SELECT id FROM calls WHERE ended_at IS NOT NULL AND why_rule IS NULL ORDER BY ended_at DESC LIMIT $1`,
        [limit],
      );
      return rows.map(({ id }) => id);
    },
    saveLeg: (leg) => saveLeg(database, leg),
    legBySipCallId: (sipCallId) => newestLeg(database, sipCallId),
    async addEvent(callId, { time, type, legId, sipStatus, detail, digit = null, code = null }) {
      await database.rows(
        `INSERT INTO call_events (call_id, time, type, leg_id, sip_status, detail, digit, code)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (call_id, time, type, coalesce(leg_id, call_id)) DO NOTHING`,
        [callId, time, type, legId, sipStatus, detail, digit, code],
      );
    },
    saveRecording: (row) => saveRecording(database, row),
    list: (filter) => listCalls(database, filter),
    totals: (filter) => totalsOf(database, filter),
    endedBefore: (time, limit) => endedBefore(database, time, limit),
    remove: (ids) => database.transaction((queries) => removeCalls(queries, ids)),
    removeStrays: (time, limit) => removeStrays(database, time, limit),
    endInterrupted: (at) => database.transaction((queries) => endInterrupted(queries, at)),
  };
}

async function insert(queries: Queries, call: Call): Promise<void> {
  await queries.rows(
    `INSERT INTO calls (id, status, from_number, from_name, to_number, to_name, text, voice_id, speech_provider,
       created_at, ringing_at, answered_at, ended_at, end_by, end_sip_status, end_q850_cause, end_sentence,
       end_code)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
     ON CONFLICT (id) DO NOTHING`,
    [
      call.id,
      call.status,
      call.from.number,
      call.from.displayName,
      call.to.number,
      call.to.displayName,
      call.text,
      call.voiceId,
      call.speechProvider,
      call.createdAt,
      call.ringingAt,
      call.answeredAt,
      call.endedAt,
      ...endValues(call.end),
    ],
  );
}

function endValues(end: CallEnd | null): Values {
  return end
    ? [end.by, end.sipStatus, end.q850Cause, end.sentence, end.code ?? null]
    : [null, null, null, null, null];
}

async function eventsOf(queries: Queries, callId: string): Promise<CallEventRecord[]> {
  const rows = await queries.rows<CallEventRecord>(
    `SELECT time, type, leg_id AS "legId", sip_status AS "sipStatus", detail, digit, code FROM call_events
     WHERE call_id = $1 ORDER BY time, seq`,
    [callId],
  );
  return rows.map(({ digit, code, ...event }) => ({
    ...event,
    ...(digit == null ? {} : { digit }),
    ...(code == null ? {} : { code }),
  }));
}

async function endInterrupted(queries: Queries, at: string): Promise<Call[]> {
  await queries.rows(
    `UPDATE legs SET state = 'terminated', ended_at = coalesce(ended_at, $1)
     WHERE state <> 'terminated' AND call_id IN (SELECT id FROM calls WHERE ended_at IS NULL)`,
    [at],
  );
  const ended = await queries.rows<CallRow>(
    `UPDATE calls SET status = 'failed', ended_at = $1, end_by = $2, end_sip_status = $3, end_q850_cause = $4,
       end_sentence = $5, end_code = $6
     WHERE ended_at IS NULL RETURNING ${CALL_COLUMNS}`,
    [at, ...endValues(INTERRUPTED)],
  );
  return ended.map(callOf);
}
