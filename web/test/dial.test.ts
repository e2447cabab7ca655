import { describe, expect, it } from 'vitest';
import { dialTarget, lettersOf } from '../src/phone/dial-target.ts';
import { endOf } from '../src/phone/sip/session-end.ts';
import { phonesOnline, ringLabel } from '../src/speak/destination.ts';

describe('what is dialled', () => {
  it.each([
    ['9196', '9196'],
    [' 1001 ', '1001'],
    ['+49 (30) 123-456', '+4930123456'],
    ['sip:1001@ringback.local;transport=tcp', '1001'],
    ['"Alice" <sip:alice@example.org>', 'alice'],
    ['tel:+1-201-555-0123', '+12015550123'],
    ['bob.smith', 'bob.smith'],
    ['tel:(030) 90 18-20', '030901820'],
    ['SIPS:+4930123456@example.org?subject=x', '+4930123456'],
    ['*31#', '*31#'],
  ])('%s is %s', (typed, target) => {
    expect(dialTarget(typed)).toBe(target);
  });

  it.each(['', '   ', 'a b', 'ä', '1001\r\nX: y', '<>', 'x'.repeat(65)])('%j cannot be', (typed) => {
    expect(dialTarget(typed)).toBeNull();
  });
});

it('has the letters of the telephone on its keys', () => {
  expect((['1', '2', '7', '0', '#'] as const).map(lettersOf)).toEqual(['', 'ABC', 'PQRS', '+', '']);
});

describe('the end of a session', () => {
  it('is read from the SIP response', () => {
    const message = { status_code: 486, reason_phrase: 'Busy Here' };
    expect(endOf({ originator: 'remote', cause: 'Busy', message })).toMatchObject({
      by: 'remote',
      sipStatus: 486,
      fault: null,
    });
  });

  it('tells a CANCEL because of another phone from one of the caller', () => {
    const cancel = (reason: string | undefined) => ({
      originator: 'remote',
      cause: 'Canceled',
      message: { getHeader: () => reason },
    });
    expect(endOf(cancel('SIP;cause=200;text="Call completed elsewhere"')).answeredElsewhere).toBe(true);
    expect(endOf(cancel('SIP ;cause=487')).answeredElsewhere).toBe(false);
    expect(endOf(cancel(undefined)).answeredElsewhere).toBe(false);
  });

  it('names a fault of the network', () => {
    expect(endOf({ originator: 'local', cause: 'RTP Timeout', message: null }).fault).toBe('no-media');
  });
});

describe('whom the form can ring', () => {
  const subscribers = [
    { number: '1001', displayName: 'Alice', kind: 'subscriber', online: true },
    { number: '1002', displayName: 'Bob', kind: 'subscriber', online: false },
    { number: '2001', displayName: null, kind: 'page', online: true },
    { number: '2002', displayName: null, kind: 'page', online: true },
    { number: 'voice', displayName: null, kind: 'voice', online: true },
  ] as const;
  const binding = {
    id: 'b',
    number: '1001',
    contact: 'sip:1001@127.0.0.1',
    transport: 'udp',
    remoteAddress: '127.0.0.1:5070',
    userAgent: 'Linphone-Desktop/5.2.6 (x)',
    registeredAt: '',
    expiresAt: '',
  } as const;

  it('is every phone that is on, but this page and the voices', () => {
    const phones = phonesOnline(subscribers, [binding], '2001');
    expect(phones).toEqual([
      { number: '1001', displayName: 'Alice', devices: 'Linphone-Desktop, udp' },
      { number: '2002', displayName: null, devices: 'another browser page' },
    ]);
    expect(ringLabel({ kind: 'phone', number: '1001' }, phones, '')).toBe('Ring 1001 Alice');
    expect(ringLabel({ kind: 'this-page' }, phones, '')).toBe('Ring this browser');
    expect(ringLabel({ kind: 'other' }, phones, '9196')).toBe('Ring 9196');
  });
});
