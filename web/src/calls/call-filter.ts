import type { CallStatus } from '@ringback/contracts';
import { CALL_STATUS_LIST, statusWords } from '../format/call-words.ts';

/** What the address of the Calls page may narrow the list to, by the names that stand in it. */
export const FILTER_NAMES = [
  'q',
  'status',
  'caller',
  'callee',
  'when',
  'from',
  'to',
  'minDuration',
  'maxDuration',
  'mosBelow',
  'sipStatus',
] as const;
export type FilterName = (typeof FILTER_NAMES)[number];
export type CallFilter = Readonly<Partial<Record<FilterName, string>>>;

export const NO_FILTER: CallFilter = {};

/** Times that move along: a filter with one stays right tomorrow. */
export const PERIODS = {
  '1h': 'last hour',
  today: 'today',
  '24h': 'last 24 hours',
  '7d': 'last 7 days',
  '30d': 'last 30 days',
} as const;
export type Period = keyof typeof PERIODS;

export function readFilter(address: URLSearchParams): CallFilter {
  const filter: Partial<Record<FilterName, string>> = {};
  for (const name of FILTER_NAMES) {
    const value = address.get(name)?.trim();
    if (value) filter[name] = value;
  }
  return filter;
}

/** The filter with other values; an empty one goes. */
export function withValues(filter: CallFilter, change: CallFilter): CallFilter {
  const values = { ...filter, ...change };
  return readFilter(new URLSearchParams(Object.entries(values) as [string, string][]));
}

export function addressOf(filter: CallFilter): string {
  return new URLSearchParams(Object.entries(filter) as [string, string][]).toString();
}

export function isUnfiltered(filter: CallFilter): boolean {
  return Object.keys(filter).length === 0;
}

/** What the server is asked: periods and days have become times. */
export function apiQuery(filter: CallFilter, nowMs: number): Record<string, string> {
  const { when, from, to, ...same } = filter;
  const since = from === undefined ? (isPeriod(when) ? startOf(when, nowMs) : undefined) : timeOf(from, 0);
  const until = to === undefined ? undefined : timeOf(to, 1);
  return { ...same, ...(since ? { from: since } : {}), ...(until ? { to: until } : {}) };
}

function isPeriod(text: string | undefined): text is Period {
  return text !== undefined && Object.hasOwn(PERIODS, text);
}

const HOUR_MS = 3_600_000;
const LENGTH_MS = { '1h': HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS, '30d': 720 * HOUR_MS } as const;

function startOf(period: Period, nowMs: number): string {
  if (period !== 'today') return new Date(nowMs - LENGTH_MS[period]).toISOString();
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}

/** A day begins, and so many days later ends, at midnight where the reader is; what is no day is passed on as it stands. */
function timeOf(text: string, daysLater: number): string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (!year) return text;
  const midnight = new Date(Number(year), Number(month) - 1, Number(day) + daysLater);
  return Number.isNaN(midnight.getTime()) ? text : midnight.toISOString();
}

export interface FilterChip {
  names: readonly FilterName[];
  label: string;
}

/** One for each condition, in words. The search has a field of its own. */
export function chipsOf(filter: CallFilter): FilterChip[] {
  const { status, caller, callee, when, from, to, minDuration, maxDuration, mosBelow, sipStatus } = filter;
  const chips: (FilterChip | false)[] = [
    status !== undefined && { names: ['status'], label: status.split(',').map(wordOf).join(' or ') },
    caller !== undefined && { names: ['caller'], label: `from ${caller}` },
    callee !== undefined && { names: ['callee'], label: `to ${callee}` },
    isPeriod(when) && from === undefined && { names: ['when'], label: PERIODS[when] },
    from !== undefined && { names: ['from'], label: `since ${from}` },
    to !== undefined && { names: ['to'], label: `until ${to}` },
    minDuration !== undefined && { names: ['minDuration'], label: `at least ${minDuration} s` },
    maxDuration !== undefined && { names: ['maxDuration'], label: `at most ${maxDuration} s` },
    mosBelow !== undefined && { names: ['mosBelow'], label: `MOS below ${mosBelow}` },
    sipStatus !== undefined && { names: ['sipStatus'], label: `SIP ${sipStatus}` },
  ];
  return chips.filter((chip) => chip !== false);
}

function wordOf(status: string): string {
  return CALL_STATUS_LIST.includes(status as CallStatus) ? statusWords(status as CallStatus).word : status;
}
