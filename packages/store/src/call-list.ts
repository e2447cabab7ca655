import type { CallPage } from '@ringback/contracts';
import { CALL_COLUMNS, type CallRow, callOf } from './call-row.ts';
import type { Queries } from './database.ts';
import type { CallFilter } from './store.ts';
import { StoreError } from './store-error.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export async function listCalls(queries: Queries, filter: CallFilter): Promise<CallPage> {
  const limit = Math.min(Math.max(filter.limit ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
  const { where, values } = conditions(filter);
  const rows = await queries.rows<CallRow>(
    `SELECT ${CALL_COLUMNS} FROM calls ${where} ORDER BY created_at DESC, id DESC LIMIT ${limit + 1}`,
    values,
  );
  const page = rows.slice(0, limit);
  return {
    calls: page.map(callOf),
    nextCursor: rows.length > limit ? cursorAfter(page.at(-1)!) : null,
  };
}

function conditions({ status, q, from, to, cursor }: CallFilter): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const parts: string[] = [];
  if (status !== undefined) parts.push(`status = ${place(status)}`);
  if (from !== undefined) parts.push(`created_at >= ${place(from)}`);
  if (to !== undefined) parts.push(`created_at < ${place(to)}`);
  if (q !== undefined && q !== '') {
    const pattern = place(`%${q.replace(/[\\%_]/g, '\\$&')}%`);
    const searched = ['from_number', 'from_name', 'to_number', 'to_name', 'text'];
    parts.push(`(${searched.map((column) => `${column} ILIKE ${pattern}`).join(' OR ')})`);
  }
  if (cursor !== undefined) {
    const { createdAt, id } = readCursor(cursor);
    parts.push(`(created_at, id) < (${place(createdAt)}, ${place(id)})`);
  }
  return { where: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', values };
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
