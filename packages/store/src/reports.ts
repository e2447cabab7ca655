import type { RtcpReport } from '@ringback/contracts';
import type { Database } from './database.ts';
import { storable } from './storable.ts';
import type { ReportStore } from './store.ts';

export function reportStore(database: Database): ReportStore {
  return {
    async add(reports) {
      if (reports.length === 0) return;
      await database.rows(
        `INSERT INTO rtcp_reports (id, call_id, leg_id, time_us, source, destination, kind, ssrc, cname, sent, blocks)
         SELECT "id", "callId", "legId", "timeUs", "source", "destination", "kind", "ssrc", "cname",
           "sent", "blocks"
         FROM ROWS FROM (json_to_recordset($1) AS ("id" text, "callId" uuid, "legId" uuid, "timeUs" bigint,
           "source" text, "destination" text, "kind" text, "ssrc" bigint, "cname" text, "sent" jsonb,
           "blocks" jsonb)) WITH ORDINALITY
         ORDER BY ordinality
         ON CONFLICT (id) DO NOTHING`,
        [JSON.stringify(reports, storable)],
      );
    },
    async ofCall(callId) {
      const rows = await database.rows<Omit<RtcpReport, 'time'>>(
        `SELECT id, call_id AS "callId", leg_id AS "legId", time_us AS "timeUs", source, destination, kind, ssrc,
           cname, sent, blocks
         FROM rtcp_reports WHERE call_id = $1 ORDER BY time_us, seq`,
        [callId],
      );
      return rows.map((row) => ({ ...row, time: new Date(Math.floor(row.timeUs / 1000)).toISOString() }));
    },
  };
}
