import { type Clock as NowClock, systemClock } from '@ringback/runtime';

/** Time and the one kind of timer this server uses. Injected, so that tests need not wait. */
export interface Clock extends NowClock {
  /** Calls once after so many milliseconds. Returns what cancels it. */
  after(delayMs: number, call: () => void): () => void;
}

export const realClock: Clock = {
  nowMs: () => systemClock.nowMs(),
  after: (delayMs, call) => {
    // The sockets keep the process, not the timers of calls that are over.
    const timer = setTimeout(call, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that runs `speed` times as fast as the system's, so that 64*T1 takes half a second. */
export function acceleratedClock(speed: number): Clock {
  const startMs = systemClock.nowMs();
  return {
    nowMs: () => startMs + (systemClock.nowMs() - startMs) * speed,
    after: (delayMs, call) => realClock.after(delayMs / speed, call),
  };
}
