import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@ringback/runtime';
import pg from 'pg';
import { StoreError } from './store-error.ts';

export type Values = readonly unknown[];

/** What a repository may use of the database. */
export interface Queries {
  rows<Row>(sql: string, values?: Values): Promise<Row[]>;
}

export interface Database extends Queries {
  /** `work` inside one transaction on one connection. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const { TIMESTAMPTZ, INT8 } = pg.types.builtins;
const CONNECT_DEADLINE_MS = 10_000;
const RETRY_MS = 200;

/** Times leave the database as in the contracts, and no number of ours needs more than 53 bits. */
function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  const standard = pg.types.getTypeParser(oid, format ?? 'text') as (text: string) => unknown;
  if (oid === TIMESTAMPTZ) return (text) => (standard(text) as Date).toISOString();
  return oid === INT8 ? Number : standard;
}

/**
 * A pool of connections to a database that answers.
 * @throws StoreError `unavailable` after ten seconds, and at once for what waiting cannot cure.
 */
export async function connect(url: string, logger: Logger): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'ringback',
    max: 10,
    // The embedded database works off one query after the other, and a machine that starts all parts at once is slow.
    connectionTimeoutMillis: 15_000,
    query_timeout: 20_000,
    keepAlive: true,
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  pool.on('error', (error) => logger.warn({ err: error }, 'database connection lost'));
  await untilReady(pool, url);
  return {
    rows: (sql, values) => answered(rows(pool, sql, values)),
    transaction: (work) => answered(transaction(pool, work)),
    close: () => pool.end(),
  };
}

async function rows<Row>(client: pg.Pool | pg.PoolClient, sql: string, values: Values = []): Promise<Row[]> {
  return (await client.query(sql, [...values])).rows as Row[];
}

async function transaction<T>(pool: pg.Pool, work: (queries: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('BEGIN');
    const result = await work({ rows: (sql, values) => rows(client, sql, values) });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The same outcome; a database that is away is told apart from one that objects. */
async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isAway(error)) throw error;
    throw new StoreError('unavailable', 'the database does not answer', { cause: error });
  }
}

async function untilReady(pool: pg.Pool, url: string): Promise<void> {
  const deadline = performance.now() + CONNECT_DEADLINE_MS;
  for (;;) {
    try {
      await pool.query('SELECT 1');
      return;
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) {
        await pool.end();
        throw new StoreError('unavailable', sentence(url, error), { cause: error });
      }
      await delay(RETRY_MS);
    }
  }
}

const AWAY = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'];

/**
 * Not there, or starting up or shutting down (SQLSTATE class 57P), or lost on the way (class 08). A wrong password, or
 * a statement it objects to, does not get better by waiting.
 */
function isAway(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    AWAY.includes(code) || /^(57P0|08)/.test(code) || (code === '' && /timeout|terminated/i.test(message))
  );
}

function sentence(url: string, error: unknown): string {
  const { host, pathname } = new URL(url);
  const { code, message } = error as { code?: string; message?: string };
  return `no database at ${host}${pathname}: ${message || code || 'it does not answer'}`;
}
