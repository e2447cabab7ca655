import { describe, expect, it } from 'vitest';
import { type Attempt, FailedAttempts } from '../src/auth/failed-attempts.ts';

describe('an INVITE that is challenged', () => {
  const fates = (...attempts: Attempt[]) => {
    const failed = new FailedAttempts();
    return attempts.map((attempt) => failed.isFinal('call', attempt, 0));
  };

  it('is given up once its client cannot do better by itself, and that is told once', () => {
    expect(fates('no-credentials', 'no-credentials', 'no-credentials')).toEqual([false, false, false]);
    expect(fates('no-credentials', 'wrong-password', 'wrong-password')).toEqual([false, true, false]);
    expect(fates('wrong-password')).toEqual([true]);
    expect(fates('stale-nonce', 'stale-nonce', 'stale-nonce')).toEqual([false, false, true]);
    expect(fates('other-realm', 'other-realm')).toEqual([false, true]);
  });

  it('is told no more than so often in a minute', () => {
    const failed = new FailedAttempts();
    const told = (nowMs: number) =>
      Array.from({ length: 100 }, (_, n) => failed.isFinal(`${nowMs} ${n}`, 'wrong-password', nowMs)).filter(
        Boolean,
      ).length;
    expect([told(1_000_000), told(1_030_000), told(1_060_000)]).toEqual([30, 0, 30]);
  });
});
