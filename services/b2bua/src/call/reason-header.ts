/** One value of a Reason header (RFC 3326): `Q.850;cause=16;text="Terminated"`. */
export interface Reason {
  readonly protocol: 'SIP' | 'Q.850';
  readonly cause: number;
  readonly text: string;
}

export function formatReason({ protocol, cause, text }: Reason): string {
  return `${protocol};cause=${cause};text="${text.replaceAll(/[^\u0020-\u007e]|["\\]/g, '')}"`;
}

/** RFC 3326: how the other branches of a fork learn that they lost, so that phones show no missed call. */
export const COMPLETED_ELSEWHERE = formatReason({
  protocol: 'SIP',
  cause: 200,
  text: 'Call completed elsewhere',
});

/** The Q.850 cause that a Reason header names; undefined when it names none. */
export function q850CauseIn(reason: string | undefined): number | undefined {
  const cause = Number(/(?:^|,)\s*Q\.850\s*;[^,]*?cause\s*=\s*(\d{1,3})\b/i.exec(reason ?? '')?.[1] ?? 0);
  return cause >= 1 && cause <= 127 ? cause : undefined;
}

/** A peer's Reason as it may be passed on: one line of sane length, else none. */
export function passedReason(reason: string | undefined): string | undefined {
  if (reason === undefined || reason.length > 256) return undefined;
  return /^(SIP|Q\.850|[\w.-]+)\s*;[\u0020-\u007e]*$/i.test(reason) ? reason : undefined;
}
