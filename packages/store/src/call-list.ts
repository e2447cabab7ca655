import type { CallPage, CallTotals } from '@ringback/contracts';
import { conditionsOf } from './call-conditions.ts';
import { CALL_COLUMNS, type CallRow, callOf } from './call-row.ts';
import type { Queries } from './database.ts';
import { legSummaries } from './legs.ts';
import type { CallFilter, CallListFilter } from './store.ts';
import { StoreError } from './store-error.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export async function listCalls(queries: Queries, filter: CallListFilter): Promise<CallPage> {
  const limit = Math.min(Math.max(filter.limit ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
  const conditions = conditionsOf(filter);
  if (filter.cursor !== undefined) {
    const { createdAt, id } = readCursor(filter.cursor);
    conditions.add('(created_at, id) < (?, ?)', createdAt, id);
  }
  const rows = await queries.rows<CallRow>(
    `SELECT ${CALL_COLUMNS} FROM calls ${conditions.where} ORDER BY created_at DESC, id DESC LIMIT ${limit + 1}`,
    conditions.values,
  );
  const page = rows.slice(0, limit);
  const legs = await legSummaries(
    queries,
    page.map(({ id }) => id),
  );
  return {
    calls: page.map((row) => ({ ...callOf(row), legs: legs.get(row.id) ?? [] })),
    nextCursor: rows.length > limit ? cursorAfter(page.at(-1)!) : null,
  };
}

export async function totalsOf(queries: Queries, filter: CallFilter): Promise<CallTotals> {
  const { where, values } = conditionsOf(filter);
  const [totals] = await queries.rows<CallTotals>(
    `SELECT count(*) AS calls, count(answered_at) AS answered, coalesce(sum(duration_ms), 0)::bigint AS "talkMs",
       avg(mos) AS mos
     FROM calls ${where}`,
    values,
  );
  return totals!;
}

/** The place of the page's last call in the list: it stays right while calls are added before it. */
function cursorAfter({ created_at, id }: CallRow): string {
  return Buffer.from(`${created_at} ${id}`).toString('base64url');
}

function readCursor(cursor: string): { createdAt: string; id: string } {
  const [, createdAt, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (!createdAt || !id || Number.isNaN(Date.parse(createdAt)))
    throw new StoreError('bad-cursor', 'the cursor is not one that a list of calls has given');
  return { createdAt, id };
}
