import { describe, expect, it } from 'vitest';
import { statusForCaller } from '../src/call/best-response.ts';
import { q850CauseOf, statusOfEnd } from '../src/call/call-end.ts';
import { formatReason, passedReason, q850CauseIn } from '../src/call/reason-header.ts';

describe('the end of a call', () => {
  it.each([
    [200, 'completed'],
    [486, 'busy'],
    [600, 'busy'],
    [603, 'busy'],
    [408, 'no-answer'],
    [480, 'no-answer'],
    [487, 'canceled'],
    [404, 'failed'],
    [503, 'failed'],
  ])('with %i is %s', (sipStatus, status) => {
    expect(statusOfEnd({ by: 'network', sipStatus, q850Cause: 16, sentence: '' })).toBe(status);
  });

  it('has a Q.850 cause for every status', () => {
    for (let status = 400; status < 700; status++) {
      expect(q850CauseOf(status)).toBeGreaterThanOrEqual(1);
      expect(q850CauseOf(status)).toBeLessThanOrEqual(127);
      const told = statusForCaller(status);
      expect(told).toBeGreaterThanOrEqual(400);
      expect([401, 407, 410, 430]).not.toContain(told);
    }
  });
});

describe('Reason (RFC 3326)', () => {
  it('names the Q.850 cause, whatever stands around it', () => {
    expect(q850CauseIn('Q.850;cause=16;text="Terminated"')).toBe(16);
    expect(q850CauseIn('SIP ;cause=200 ;text="x", Q.850 ; text="y"; cause = 17')).toBe(17);
    expect(q850CauseIn('SIP;cause=486')).toBeUndefined();
    expect(q850CauseIn('Q.850;cause=0')).toBeUndefined();
    expect(q850CauseIn('Q.850;cause=999')).toBeUndefined();
    expect(q850CauseIn(undefined)).toBeUndefined();
  });

  it('is passed on only as one sane line', () => {
    expect(passedReason('Q.850;cause=16;text="Bye"')).toBe('Q.850;cause=16;text="Bye"');
    expect(passedReason('SIP;cause=200\r\nX-Evil: 1')).toBeUndefined();
    expect(passedReason('nonsense')).toBeUndefined();
    expect(passedReason(`SIP;text="${'x'.repeat(300)}"`)).toBeUndefined();
    expect(formatReason({ protocol: 'SIP', cause: 200, text: 'a"b\r\nc\\é' })).toBe(
      'SIP;cause=200;text="abc"',
    );
  });
});
