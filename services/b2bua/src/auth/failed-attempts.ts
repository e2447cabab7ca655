import { Recent } from '@ringback/sip';

/** Call-IDs that are remembered. */
const REMEMBERED = 5_000;
/** More than so many in a minute are somebody's search for passwords: they are counted by the SIP server, not recorded. */
const PER_MINUTE = 30;
const MINUTE_MS = 60_000;

/** How an INVITE fared with the password check that has just challenged it. */
export type Attempt =
  /** It had no credentials at all: the first try of every call. */
  | 'no-credentials'
  /** It had some, for another realm than this. */
  | 'other-realm'
  | 'wrong-password'
  /** The password is right, the nonce is not. */
  | 'stale-nonce';

/** The challenge from which on the client cannot be expected to do better by itself (RFC 3261 22.2, RFC 7616 3.3). */
const HOPELESS_FROM = {
  'no-credentials': Number.POSITIVE_INFINITY,
  'other-realm': 2,
  'wrong-password': 1,
  'stale-nonce': 3,
} satisfies Record<Attempt, number>;

/** Tells which call was given up at the password check, once for each Call-ID, and not too many. */
export class FailedAttempts {
  readonly #challenges = new Recent<string, number>(REMEMBERED);
  readonly #told = new Recent<string, true>(REMEMBERED);
  #minuteMs = 0;
  #inMinute = 0;

  /** To be called at each challenge of an INVITE; true when that is the end of the call, and belongs on record. */
  isFinal(sipCallId: string, attempt: Attempt, nowMs: number): boolean {
    const challenges = (this.#challenges.get(sipCallId) ?? 0) + 1;
    this.#challenges.set(sipCallId, challenges);
    if (challenges < HOPELESS_FROM[attempt] || this.#told.get(sipCallId)) return false;
    this.#told.set(sipCallId, true);
    return this.#hasRoom(nowMs);
  }

  #hasRoom(nowMs: number): boolean {
    if (nowMs - this.#minuteMs >= MINUTE_MS) {
      this.#minuteMs = nowMs;
      this.#inMinute = 0;
    }
    this.#inMinute += 1;
    return this.#inMinute <= PER_MINUTE;
  }
}
