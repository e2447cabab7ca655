import type { Database, Queries } from './database.ts';
import type { RecordingRow, RecordingStore } from './store.ts';

const COLUMNS = 'call_id AS "callId", started_at AS "startedAt", paused, wav, pcap, text';

export function recordingStore(database: Database): RecordingStore {
  return {
    async ofCall(callId) {
      const [row] = await ofCalls(database, [callId]);
      return row ?? null;
    },
    ofCalls: (callIds) => ofCalls(database, callIds),
  };
}

export async function saveRecording(queries: Queries, row: RecordingRow): Promise<void> {
  const { callId, startedAt, paused, wav, pcap, text } = row;
  await queries.rows(
    `INSERT INTO recordings (call_id, started_at, paused, wav, pcap, text) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (call_id) DO UPDATE SET paused = EXCLUDED.paused`,
    [callId, startedAt, paused, wav, pcap, text],
  );
}

function ofCalls(queries: Queries, callIds: readonly string[]): Promise<RecordingRow[]> {
  return queries.rows(`SELECT ${COLUMNS} FROM recordings WHERE call_id = ANY($1)`, [callIds]);
}
