import { timer } from './duration.ts';

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `14:03:21` */
export function clockTime(iso: string): string {
  return clock.format(new Date(iso));
}

/** `14:03:21.042`: states of a dialog follow each other within milliseconds. */
export function clockTimeMs(iso: string): string {
  const date = new Date(iso);
  return `${clock.format(date)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Day and time in full, for a tooltip. */
export function exactTime(iso: string): string {
  return exact.format(new Date(iso));
}

/** `just now`, `4 min ago`, `2 h ago`, `23 Nov`: how long before `nowMs`. */
export function agoTime(iso: string, nowMs: number): string {
  const date = new Date(iso);
  const passedMs = nowMs - date.getTime();
  if (passedMs < MINUTE_MS) return 'just now';
  if (passedMs < HOUR_MS) return `${Math.floor(passedMs / MINUTE_MS)} min ago`;
  if (passedMs < DAY_MS) return `${Math.floor(passedMs / HOUR_MS)} h ago`;
  const sameYear = date.getFullYear() === new Date(nowMs).getFullYear();
  return (sameYear ? day : dayAndYear).format(date);
}

/** `expires in 4 min`, `expires in 12 s`, `expired`: how long after `nowMs`. */
export function expiryTime(iso: string, nowMs: number): string {
  const leftMs = new Date(iso).getTime() - nowMs;
  if (leftMs <= 0) return 'expired';
  if (leftMs < MINUTE_MS) return `expires in ${Math.ceil(leftMs / 1000)} s`;
  if (leftMs < HOUR_MS) return `expires in ${Math.round(leftMs / MINUTE_MS)} min`;
  return `expires in ${Math.round(leftMs / HOUR_MS)} h`;
}

/** `1:59`, `59:12`, `1:00:00`: what is left until then, to the second. */
export function remaining(iso: string, nowMs: number): string {
  return timer(Math.ceil((new Date(iso).getTime() - nowMs) / 1000) * 1000);
}
