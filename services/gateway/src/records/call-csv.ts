import type { CallRecord, LegSummary } from '@ringback/contracts';

const COLUMNS: readonly (readonly [string, (call: CallRecord) => string | number | null | undefined])[] = [
  ['id', ({ id }) => id],
  ['status', ({ status }) => status],
  ['from', ({ from }) => from.number],
  ['from_name', ({ from }) => from.displayName],
  ['to', ({ to }) => to.number],
  ['to_name', ({ to }) => to.displayName],
  ['text', ({ text }) => text],
  ['voice', ({ voiceId }) => voiceId],
  ['speech_provider', ({ speechProvider }) => speechProvider],
  ['created_at', ({ createdAt }) => createdAt],
  ['ringing_at', ({ ringingAt }) => ringingAt],
  ['answered_at', ({ answeredAt }) => answeredAt],
  ['ended_at', ({ endedAt }) => endedAt],
  ['duration_ms', ({ durationMs }) => durationMs],
  ['mos', ({ mos }) => mos],
  ['ended_by', ({ end }) => end?.by],
  ['sip_status', ({ end }) => end?.sipStatus],
  ['q850_cause', ({ end }) => end?.q850Cause],
  // What the page of the call says; in the moment before that is known, what the list shows.
  ['reason', ({ end, explanation }) => explanation?.sentence ?? end?.sentence],
  ['caller_address', (call) => ofLegs(call, 'caller', 'remoteAddress')],
  ['caller_user_agent', (call) => ofLegs(call, 'caller', 'userAgent')],
  ['callee_address', (call) => ofLegs(call, 'callee', 'remoteAddress')],
  ['callee_user_agent', (call) => ofLegs(call, 'callee', 'userAgent')],
  ['sip_call_ids', ({ legs = [] }) => legs.map(({ sipCallId }) => sipCallId).join(' ')],
  ['why_rule', ({ explanation }) => explanation?.rule],
];

/** Lines as RFC 4180 has them, the header first. */
export async function* csvLines(pages: AsyncIterable<readonly CallRecord[]>): AsyncGenerator<string> {
  yield `${COLUMNS.map(([name]) => name).join(',')}\r\n`;
  for await (const calls of pages)
    yield calls.map((call) => `${COLUMNS.map(([, read]) => cell(read(call))).join(',')}\r\n`).join('');
}

/** A call that rang several phones has several callees. */
function ofLegs(
  { legs = [] }: CallRecord,
  role: LegSummary['role'],
  fact: 'remoteAddress' | 'userAgent',
): string {
  return legs.flatMap((leg) => (leg.role === role ? (leg[fact] ?? []) : [])).join('; ');
}

function cell(value: string | number | null | undefined): string {
  const text = inert(String(value ?? ''));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet would take these for formulas; a plain number, such as +4930123, is none. */
function inert(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+$/.test(text) ? `'${text}` : text;
}
