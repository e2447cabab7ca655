import type { Queries } from './database.ts';

/** Tables that tell of calls without a foreign key; what has one goes along by itself. */
const TOLD_OF_CALLS = ['call_events', 'sip_messages', 'rtcp_reports', 'call_quality', 'recordings'] as const;

export async function endedBefore(queries: Queries, time: string, limit: number): Promise<string[]> {
  const rows = await queries.rows<{ id: string }>(
    `SELECT id FROM calls WHERE created_at < $1 AND ended_at IS NOT NULL ORDER BY created_at, id LIMIT $2`,
    [time, limit],
  );
  return rows.map(({ id }) => id);
}

export async function removeCalls(queries: Queries, ids: readonly string[]): Promise<void> {
  for (const table of TOLD_OF_CALLS)
    await queries.rows(`DELETE FROM ${table} WHERE call_id = ANY($1)`, [ids]);
  await queries.rows('DELETE FROM calls WHERE id = ANY($1)', [ids]);
}

/** Tables whose rows may be of a call that was never recorded, or that is removed already, and how old a row is. */
const STRAYS = [
  { table: 'sip_messages', isOld: 'time_us < extract(epoch FROM $1::timestamptz) * 1000000' },
  { table: 'rtcp_reports', isOld: 'time_us < extract(epoch FROM $1::timestamptz) * 1000000' },
  { table: 'call_events', isOld: 'time < $1' },
] as const;

export async function removeStrays(queries: Queries, time: string, limit: number): Promise<number> {
  let gone = 0;
  for (const { table, isOld } of STRAYS) {
    const rows = await queries.rows(
      `DELETE FROM ${table} WHERE seq IN (
         SELECT seq FROM ${table} WHERE ${isOld} AND NOT EXISTS (SELECT FROM calls WHERE id = call_id) LIMIT $2)
       RETURNING seq`,
      [time, limit],
    );
    gone += rows.length;
  }
  return gone;
}
