import { isKnownMethod } from '@ringback/sip';

/** What a message counts as. Labels are few: a method nobody knows is `other`. */
export type MessageKind =
  | { kind: 'request'; method: string }
  | { kind: 'response'; method: string; code: string }
  | { kind: 'garbage' };

const decoder = new TextDecoder('latin1');
/** Start line and the headers that come early; enough for the CSeq of what we and nearly everybody else writes. */
const HEAD_BYTES = 4096;
const START = /^(?:SIP\/2\.0 ([1-6])(\d\d) |([A-Za-z0-9\-.!%*_+`'~]{1,32}) \S)/;
const CSEQ = /\ncseq[ \t]*:\s*\d+\s+(\w+)/i;

/** Reads only as much of a message as is counted. */
export function messageKind(bytes: Uint8Array): MessageKind {
  const head = decoder.decode(bytes.subarray(0, HEAD_BYTES));
  const start = START.exec(head);
  if (!start) return { kind: 'garbage' };
  const [, category, rest, method] = start;
  if (method !== undefined) return { kind: 'request', method: known(method) };
  const code = `${category}${rest}`;
  // A peer can make up four hundred others.
  return {
    kind: 'response',
    method: known(CSEQ.exec(head)?.[1] ?? ''),
    code: CODES.has(code) ? code : `${category}xx`,
  };
}

function known(method: string): string {
  return isKnownMethod(method) ? method : 'other';
}

const CODES = new Set(
  [
    ...[100, 180, 181, 182, 183, 200, 202, 204, 300, 301, 302, 305, 380, 400, 401, 402, 403, 404, 405, 406],
    ...[407, 408, 410, 412, 413, 414, 415, 416, 420, 421, 422, 423, 430, 480, 481, 482, 483, 484, 485, 486],
    ...[487, 488, 489, 491, 493, 494, 500, 501, 502, 503, 504, 505, 513, 580, 600, 603, 604, 606, 607, 608],
  ].map(String),
);
