import { isDigits, isToken, parseDecimal } from './characters.ts';
import { remembering } from './remembering.ts';

export interface CSeq {
  readonly sequence: number;
  readonly method: string;
}

const maxUint32 = 4_294_967_295;

/** "314159 INVITE" (RFC 3261 20.16); undefined above 2^32-1 (RFC 4475 3.1.2.4). */
export const parseCSeq = remembering((value: string): CSeq | undefined => {
  const space = value.search(/[ \t]/);
  if (space < 0) return undefined;
  const sequence = parseDecimal(value.slice(0, space), maxUint32);
  const method = value.slice(space).trim();
  return sequence === undefined || !isToken(method) ? undefined : { sequence, method };
});

/** Bytes of the body; undefined for a sign, a list or anything else that is no run of digits. */
export function parseContentLength(value: string): number | undefined {
  return parseDecimal(value.trim(), Number.MAX_SAFE_INTEGER);
}

/** 0 to 255 (RFC 3261 20.22). */
export function parseMaxForwards(value: string): number | undefined {
  return parseDecimal(value.trim(), 255);
}

/** Seconds of Expires and its like; an overlarge value counts as the largest, a malformed one is undefined (RFC 3261 20.19). */
export function parseSeconds(value: string): number | undefined {
  const text = value.trim();
  return isDigits(text) ? Math.min(Number(text), maxUint32) : undefined;
}

/** The response that a PRACK acknowledges. */
export interface RAck {
  readonly rseq: number;
  readonly cseq: CSeq;
}

/** RAck: "776656 1 INVITE" (RFC 3262 7.2); words beyond these three, which old SIPp scenarios write, are not looked at. */
export function parseRAck(value: string): RAck | undefined {
  const [first = '', sequence = '', method = ''] = value.trim().split(/[ \t]+/, 3);
  const rseq = parseDecimal(first, maxUint32);
  const cseq = parseCSeq(`${sequence} ${method}`);
  return rseq === undefined || cseq === undefined ? undefined : { rseq, cseq };
}

/** RSeq: 1 to 2^32-1 (RFC 3262 7.1). */
export function parseRSeq(value: string): number | undefined {
  return parseDecimal(value.trim(), maxUint32) || undefined;
}
