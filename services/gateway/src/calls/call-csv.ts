import type { Call } from '@ringback/contracts';

const COLUMNS: readonly (readonly [string, (call: Call) => string | number | null | undefined])[] = [
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
  ['ended_by', ({ end }) => end?.by],
  ['sip_status', ({ end }) => end?.sipStatus],
  ['q850_cause', ({ end }) => end?.q850Cause],
  ['reason', ({ end }) => end?.sentence],
];

/** Lines as RFC 4180 has them, the header first. */
export async function* csvLines(pages: AsyncIterable<readonly Call[]>): AsyncGenerator<string> {
  yield `${COLUMNS.map(([name]) => name).join(',')}\r\n`;
  for await (const calls of pages)
    yield calls.map((call) => `${COLUMNS.map(([, read]) => cell(read(call))).join(',')}\r\n`).join('');
}

function cell(value: string | number | null | undefined): string {
  const text = inert(String(value ?? ''));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet would take these for formulas; a plain number, such as +4930123, is none. */
function inert(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+$/.test(text) ? `'${text}` : text;
}
