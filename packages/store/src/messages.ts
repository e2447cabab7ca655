import type { SipMessageRecord } from '@ringback/contracts';
import type { Database } from './database.ts';
import { storable } from './storable.ts';
import type { MessageStore } from './store.ts';

const COLUMNS = `id, call_id AS "callId", leg_id AS "legId", sip_call_id AS "sipCallId", time_us AS "timeUs", transport,
  source, destination, direction, summary, method, status, cseq, raw`;

export function messageStore(database: Database): MessageStore {
  return {
    async add(records) {
      if (records.length === 0) return;
      await database.rows(
        `INSERT INTO sip_messages (id, call_id, leg_id, sip_call_id, time_us, transport, source, destination,
           direction, summary, method, status, cseq, raw)
         SELECT "id", "callId", "legId", "sipCallId", "timeUs", "transport", "source", "destination",
           "direction", "summary", "method", "status", "cseq", "raw"
         FROM ROWS FROM (json_to_recordset($1) AS ("id" text, "callId" uuid, "legId" uuid, "sipCallId" text,
           "timeUs" bigint, "transport" text, "source" text, "destination" text, "direction" text, "summary" text,
           "method" text, "status" integer, "cseq" text, "raw" text)) WITH ORDINALITY
         ORDER BY ordinality
         ON CONFLICT (id) DO NOTHING`,
        [JSON.stringify(records, storable)],
      );
    },
    async ofCall(callId) {
      const rows = await database.rows<Omit<SipMessageRecord, 'time'>>(
        `SELECT ${COLUMNS} FROM sip_messages WHERE call_id = $1 ORDER BY time_us, seq`,
        [callId],
      );
      return rows.map((row) => ({ ...row, time: new Date(Math.floor(row.timeUs / 1000)).toISOString() }));
    },
  };
}
