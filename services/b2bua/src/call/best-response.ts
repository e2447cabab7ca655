/** A final response other than 2xx that one of the called phones gave. */
export interface LegFailure {
  readonly legId: string;
  readonly sipStatus: number;
  readonly reason: string | undefined;
}

/** Within the 4xx: what tells the caller most about the person called comes first. */
const TELLING: readonly number[] = [486, 488, 480, 404, 408, 487];

/**
 * The response that the caller gets when every branch failed (RFC 3261 16.7 step 6): a 6xx if there is one, otherwise
 * one of the lowest class. Challenges and redirections are answers to this network and not for the caller.
 */
export function bestFailure(failures: readonly LegFailure[]): LegFailure | undefined {
  const global = failures.find(({ sipStatus }) => sipStatus >= 600);
  if (global) return global;
  return [...failures].sort((a, b) => rank(a.sipStatus) - rank(b.sipStatus))[0];
}

function rank(sipStatus: number): number {
  const telling = TELLING.indexOf(sipStatus);
  const within = telling < 0 ? TELLING.length : telling;
  return Math.floor(sipStatus / 100) * 100 + within;
}

/**
 * The status in which a phone's failure reaches the caller. The caller cannot answer a phone's challenge or follow its
 * redirection, and a contact that is gone (410, 430) is a phone that is not there, whoever else it is of.
 */
export function statusForCaller(sipStatus: number): number {
  if (sipStatus < 400 || [401, 407, 410, 421, 430, 439, 481].includes(sipStatus)) return 480;
  return sipStatus;
}
