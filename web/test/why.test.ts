import type { SipMessageRecord } from '@ringback/contracts';
import { describe, expect, it } from 'vitest';
import { proofOf, shortName } from '../src/why/proof.ts';
import { referenceUrl } from '../src/why/reference.ts';

describe('a reference', () => {
  it('leads to the section of the RFC', () => {
    expect(referenceUrl('RFC 3261 21.4.24')).toBe('https://www.rfc-editor.org/rfc/rfc3261#section-21.4.24');
    expect(referenceUrl('RFC 3261 B')).toBe('https://www.rfc-editor.org/rfc/rfc3261#appendix-B');
  });

  it('leads nowhere when it is none', () => {
    for (const text of ['', 'RFC', 'RFC 3261', 'javascript:alert(1)', 'RFC 3261 "><'])
      expect(referenceUrl(text)).toBeNull();
  });
});

describe('the proof of a fact', () => {
  const message = (id: string, change: Partial<SipMessageRecord> = {}) =>
    ({ id, method: 'INVITE', status: null, summary: 'INVITE sip:a@b', ...change }) as SipMessageRecord;
  const messages = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => message(id));

  it('is what has been read of it, in wire order and not too much', () => {
    expect(proofOf(['c', 'a', 'unread'], messages).shown.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(proofOf(['a', 'b', 'c', 'd', 'e', 'f'], messages)).toMatchObject({ more: 2 });
  });

  it('has short names', () => {
    expect(shortName(message('a'))).toBe('INVITE');
    expect(shortName(message('a', { status: 486, summary: '486 Busy Here' }))).toBe('486 Busy Here');
  });
});
