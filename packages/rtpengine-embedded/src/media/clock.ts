/**
 * Monotonic time for arrivals and intervals, wall-clock time for replies. `ntpMs` is Unix time as RTCP needs it: finer than
 * a millisecond and never stepping, though it may drift from the wall clock.
 */
export type MediaClock = { nowMs(): number; unixMs(): number; ntpMs(): number };
