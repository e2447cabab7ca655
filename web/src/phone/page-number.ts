/** Where a page remembers numbers: its own across reloads, and those of this browser for its next tabs. */
export interface NumberMemory {
  /** The number this very tab had before a reload. */
  own(): string | null;
  /** All numbers this browser was given, oldest first. */
  known(): string[];
  keep(number: string): void;
  forget(number: string): void;
}

/** Who in this browser uses which number: a lock held as long as the tab lives. */
export interface NumberLocks {
  /** False: another tab holds it. `waitMs`: how long to wait for it, 0 not at all. */
  take(number: string, waitMs: number): Promise<boolean>;
  release(number: string): void;
}

/** Asks for credentials, of that number or of a new one. Null: the network does not know the number (any more). */
export type IssueSession<S> = (number: string | null) => Promise<S | null>;

/** A reloading page lets go of its lock a moment after the new one starts. */
const RELOAD_WAIT_MS = 1_500;
const MOST_NEW_NUMBERS = 20;

/**
 * Finds this page's number: its own from before the reload, else the first of this browser that no other tab uses,
 * else a new one. Rejects with what `issue` rejects with.
 */
export async function claimNumber<S extends { number: string }>(
  memory: NumberMemory,
  locks: NumberLocks,
  issue: IssueSession<S>,
): Promise<S> {
  const own = memory.own();
  const candidates = [...new Set([...(own === null ? [] : [own]), ...memory.known()])];
  for (const number of candidates) {
    if (!(await locks.take(number, number === own ? RELOAD_WAIT_MS : 0))) continue;
    const session = await issueOrRelease(number, locks, issue);
    if (session) return kept(session, memory);
    locks.release(number);
    memory.forget(number);
  }
  return claimNew(memory, locks, issue);
}

async function claimNew<S extends { number: string }>(
  memory: NumberMemory,
  locks: NumberLocks,
  issue: IssueSession<S>,
): Promise<S> {
  for (let attempt = 0; attempt < MOST_NEW_NUMBERS; attempt += 1) {
    const session = await issue(null);
    // Two tabs that open at once may be given the same free number: one of them asks again.
    if (session && (await locks.take(session.number, 0))) return kept(session, memory);
  }
  throw new Error('No free number was found for this page.');
}

async function issueOrRelease<S>(
  number: string,
  locks: NumberLocks,
  issue: IssueSession<S>,
): Promise<S | null> {
  try {
    return await issue(number);
  } catch (error) {
    locks.release(number);
    throw error;
  }
}

function kept<S extends { number: string }>(session: S, memory: NumberMemory): S {
  memory.keep(session.number);
  return session;
}
