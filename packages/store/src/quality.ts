import type { QualityPoint } from '@ringback/contracts';
import type { Database } from './database.ts';
import type { QualityStore } from './store.ts';

export function qualityStore(database: Database): QualityStore {
  return {
    async add(points) {
      if (points.length === 0) return;
      await database.rows(
        `INSERT INTO call_quality (call_id, time, seconds, directions)
         SELECT "callId", "time", "seconds", "directions"
         FROM json_to_recordset($1) AS ("callId" uuid, "time" timestamptz, "seconds" integer, "directions" jsonb)
         ON CONFLICT (call_id, time) DO NOTHING`,
        [JSON.stringify(points)],
      );
    },
    ofCall: (callId) =>
      database.rows<QualityPoint>(
        'SELECT time, seconds, directions FROM call_quality WHERE call_id = $1 ORDER BY time',
        [callId],
      ),
  };
}
