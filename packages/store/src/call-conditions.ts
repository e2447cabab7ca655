import type { CallFilter } from './store.ts';

/** More words than anybody types; each costs a look at the index. */
const MOST_WORDS = 10;
/** Of the part of an identifier that somebody would look for. */
const SHORTEST_ID = 6;

/** Conditions of SQL with the values of their places. */
export class Conditions {
  readonly values: unknown[] = [];
  readonly #parts: string[] = [];

  /** `?` in `sql` stand for the values, in order. */
  add(sql: string, ...values: unknown[]): void {
    const [first = '', ...rest] = sql.split('?');
    this.#parts.push(rest.reduce((text, part, i) => `${text}$${this.values.push(values[i])}${part}`, first));
  }

  get where(): string {
    return this.#parts.length > 0 ? `WHERE ${this.#parts.join(' AND ')}` : '';
  }
}

export function conditionsOf(filter: CallFilter): Conditions {
  const conditions = new Conditions();
  const { status, from, to, caller, callee, minDurationMs, maxDurationMs, mosBelow, sipStatus } = filter;
  if (status !== undefined && status.length > 0) conditions.add('status = ANY(?)', status);
  if (from !== undefined) conditions.add('created_at >= ?', from);
  if (to !== undefined) conditions.add('created_at < ?', to);
  if (caller !== undefined) conditions.add(...party('from', caller));
  if (callee !== undefined) conditions.add(...party('to', callee));
  if (minDurationMs !== undefined) conditions.add('duration_ms >= ?', minDurationMs);
  if (maxDurationMs !== undefined) conditions.add('duration_ms <= ?', maxDurationMs);
  if (mosBelow !== undefined) conditions.add('mos < ?', mosBelow);
  if (sipStatus !== undefined) conditions.add('end_sip_status BETWEEN ? AND ?', sipStatus.from, sipStatus.to);
  for (const word of wordsOf(filter.q ?? '')) {
    const pattern = containing(word);
    if (word.length < SHORTEST_ID) conditions.add('search LIKE lower(?)', pattern);
    else conditions.add('(search LIKE lower(?) OR search_ids LIKE lower(?))', pattern, pattern);
  }
  return conditions;
}

/** Words stand anywhere and in any order; those in double quotes stand together. */
function wordsOf(q: string): string[] {
  return Array.from(q.matchAll(/"([^"]+)"|[^\s"]+/g), ([word, phrase]) => phrase ?? word).slice(
    0,
    MOST_WORDS,
  );
}

function party(side: 'from' | 'to', sought: string): [string, ...unknown[]] {
  return [`(${side}_number = ? OR ${side}_name ILIKE ?)`, sought, containing(sought)];
}

function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
