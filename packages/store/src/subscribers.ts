import { destinationOf } from '@ringback/contracts';
import { BINDING_COLUMNS } from './bindings.ts';
import type { Database, Queries } from './database.ts';
import type { BindingRow, SubscriberRow, SubscriberStore } from './store.ts';

const COLUMNS = 'number, display_name AS "displayName", kind, created_at AS "createdAt", configured';

/** Any number will do, as long as all processes name the same. */
const ALLOCATION_LOCK = 2001;
const FIRST_PAGE_NUMBER = 2001;

/** More candidates than the dial plan has services, so that one is always left. */
const CANDIDATES = 8;

export function subscriberStore(database: Database): SubscriberStore {
  return {
    list: () => database.rows(`SELECT ${COLUMNS} FROM subscribers ORDER BY number`),
    async find(numberOrName) {
      const [row] = await database.rows<SubscriberRow>(
        `SELECT ${COLUMNS} FROM subscribers
         WHERE number = $1 OR lower(display_name) = lower($1)
         ORDER BY (number = $1) DESC, created_at, number LIMIT 1`,
        [numberOrName],
      );
      return row ?? null;
    },
    async save({ number, displayName, kind }) {
      await database.rows(
        `INSERT INTO subscribers (number, display_name, kind) VALUES ($1, $2, $3)
         ON CONFLICT (number) DO UPDATE SET display_name = EXCLUDED.display_name, kind = EXCLUDED.kind`,
        [number, displayName, kind],
      );
    },
    async create({ number, displayName, kind }) {
      const created = await database.rows(
        `INSERT INTO subscribers (number, display_name, kind) VALUES ($1, $2, $3)
         ON CONFLICT (number) DO NOTHING RETURNING number`,
        [number, displayName, kind],
      );
      return created.length > 0;
    },
    remove: (number) =>
      database.transaction(async (queries) => {
        const gone = await queries.rows<BindingRow>(
          `DELETE FROM bindings WHERE number = $1 RETURNING ${BINDING_COLUMNS}`,
          [number],
        );
        await queries.rows('DELETE FROM subscribers WHERE number = $1', [number]);
        return gone;
      }),
    async markConfigured(numbers) {
      await database.rows(
        'UPDATE subscribers SET configured = number = ANY($1) WHERE configured <> (number = ANY($1))',
        [numbers],
      );
    },
    allocatePageNumber: (displayName) =>
      database.transaction(async (queries) => {
        await queries.rows('SELECT pg_advisory_xact_lock($1)', [ALLOCATION_LOCK]);
        const number = await freePageNumber(queries);
        return takePageNumber(queries, number, displayName(number));
      }),
  };
}

async function freePageNumber(queries: Queries): Promise<string> {
  const candidates = await queries.rows<{ number: string }>(
    `SELECT n::text AS number
     FROM generate_series($1::integer, $1 + $2 + (SELECT count(*)::integer FROM subscribers)) AS n
     LEFT JOIN subscribers s ON s.number = n::text
     WHERE s.number IS NULL
        OR (s.kind = 'page'
            AND (s.allocated_at IS NULL OR s.allocated_at < now() - interval '1 minute')
            AND NOT EXISTS (SELECT FROM bindings b WHERE b.number = s.number AND b.expires_at > now())
            AND NOT EXISTS (SELECT FROM credentials c WHERE c.number = s.number
                            AND (c.expires_at IS NULL OR c.expires_at > now())))
     ORDER BY n LIMIT $2`,
    [FIRST_PAGE_NUMBER, CANDIDATES],
  );
  const free = candidates.find(({ number }) => destinationOf(number).kind === 'subscriber');
  if (!free) throw new Error('no page number is free');
  return free.number;
}

async function takePageNumber(queries: Queries, number: string, displayName: string): Promise<SubscriberRow> {
  const [row] = await queries.rows<SubscriberRow>(
    `INSERT INTO subscribers (number, display_name, kind, allocated_at) VALUES ($1, $2, 'page', now())
     ON CONFLICT (number) DO UPDATE SET display_name = EXCLUDED.display_name, allocated_at = now()
     RETURNING ${COLUMNS}`,
    [number, displayName],
  );
  return row!;
}
