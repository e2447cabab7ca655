import { parseMessage, type SipRequest } from '@ringback/sip';
import type { BindingRow } from '@ringback/store';
import { describe, expect, it } from 'vitest';
import { contactHeader, MAX_BINDINGS, planChange, readRegistration } from '../src/registrar/registration.ts';

function register(...lines: string[]): SipRequest {
  const text = [
    'REGISTER sip:ringback.local SIP/2.0',
    'Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1',
    'From: <sip:1001@ringback.local>;tag=1',
    'To: <sip:1001@ringback.local>',
    'Call-ID: call',
    'CSeq: 7 REGISTER',
    'Max-Forwards: 70',
    ...lines,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  const parsed = parseMessage(Buffer.from(text));
  if (!parsed.ok || parsed.message.kind !== 'request') throw new Error('not a request');
  return parsed.message;
}

const read = (...lines: string[]) =>
  readRegistration(register(...lines), ({ host }) => host === 'me.example');

function binding(contact: string, change: Partial<BindingRow> = {}): BindingRow {
  return {
    id: contact,
    number: '1001',
    contact,
    transport: 'udp',
    remoteAddress: '127.0.0.1:5070',
    userAgent: null,
    registeredAt: '2026-03-01T10:00:00.000Z',
    expiresAt: '2026-03-01T11:00:00.000Z',
    sipCallId: 'call',
    cseq: 6,
    ...change,
  };
}

describe('what a REGISTER asks for', () => {
  it('takes the lifetime from the contact, then from Expires, then an hour; and an hour at most', () => {
    const wanted = read(
      'Contact: <sip:a@1.1.1.1>;expires=120, <sip:b@1.1.1.1>, "C, D" <sip:c@1.1.1.1>;expires=99999',
      'Expires: 600',
    );
    expect(wanted).toMatchObject({
      contacts: [
        { uri: 'sip:a@1.1.1.1', expiresSec: 120 },
        { uri: 'sip:b@1.1.1.1', expiresSec: 600 },
        { uri: 'sip:c@1.1.1.1', expiresSec: 3600 },
      ],
    });
    expect(read('Contact: <sip:a@1.1.1.1>')).toMatchObject({ contacts: [{ expiresSec: 3600 }] });
    expect(read()).toMatchObject({ contacts: [] });
  });

  it.each([
    ['* without Expires: 0', ['Contact: *'], 400],
    ['* beside another', ['Contact: *, <sip:a@1.1.1.1>', 'Expires: 0'], 400],
    ['no URI', ['Contact: <nothing>'], 400],
    ['a URI with headers', ['Contact: <sip:a@1.1.1.1?Subject=x>'], 400],
    ['another scheme', ['Contact: <mailto:a@example.com>'], 400],
    ['a tel URI', ['Contact: <tel:+491234>'], 400],
    ['too short a time', ['Contact: <sip:a@1.1.1.1>;expires=59'], 423],
    ['our own address', ['Contact: <sip:a@me.example>'], 403],
    [
      'too many',
      [`Contact: ${Array.from({ length: MAX_BINDINGS + 1 }, (_, n) => `<sip:a@1.1.1.${n}>`).join(', ')}`],
      403,
    ],
  ])('refuses %s', (_what, lines, sipStatus) => {
    expect(read(...lines)).toMatchObject({ kind: 'refuse', sipStatus });
  });
});

describe('what a REGISTER changes', () => {
  const wanted = (...contacts: [string, number][]) => ({
    kind: 'registration' as const,
    contacts: contacts.map(([uri, expiresSec]) => ({ uri, expiresSec })),
    sipCallId: 'call',
    cseq: 7,
  });
  const all = { kind: 'registration' as const, contacts: 'all' as const, sipCallId: 'call', cseq: 7 };

  it('refreshes what is the same URI, however it is written', () => {
    const old = binding('sip:1001@EXAMPLE.com;transport=udp');
    expect(planChange(wanted(['sip:1001@example.com;transport=UDP', 300]), [old])).toMatchObject({
      save: [{ replaces: old }],
      remove: [],
      evict: [],
    });
  });

  it('removes one, or all', () => {
    const [a, b] = [binding('sip:a@1.1.1.1'), binding('sip:b@1.1.1.1')];
    expect(planChange(wanted(['sip:a@1.1.1.1', 0]), [a, b])).toMatchObject({ save: [], remove: [a] });
    expect(planChange(all, [a, b])).toMatchObject({ remove: [a, b] });
    expect(planChange(wanted(['sip:unknown@1.1.1.1', 0]), [a])).toMatchObject({ save: [], remove: [] });
  });

  it('refuses what is out of order, and changes nothing then', () => {
    const old = binding('sip:a@1.1.1.1', { cseq: 7 });
    expect(planChange(wanted(['sip:b@1.1.1.1', 300], ['sip:a@1.1.1.1', 0]), [old])).toMatchObject({
      kind: 'refuse',
      sipStatus: 500,
    });
    expect(planChange(all, [old])).toMatchObject({ kind: 'refuse' });
    const other = binding('sip:a@1.1.1.1', { cseq: 99, sipCallId: 'before the phone was restarted' });
    expect(planChange(wanted(['sip:a@1.1.1.1', 300]), [other])).toMatchObject({ kind: 'change' });
  });

  it('makes room for an eleventh, but not by what is refreshed', () => {
    const rows = Array.from({ length: MAX_BINDINGS }, (_, n) =>
      binding(`sip:${n}@1.1.1.1`, { expiresAt: `2026-03-01T10:00:0${n}.000Z` }),
    );
    expect(planChange(wanted(['sip:new@1.1.1.1', 300]), rows)).toMatchObject({ evict: [rows[0]] });
    expect(planChange(wanted(['sip:0@1.1.1.1', 300]), rows)).toMatchObject({ evict: [] });
    expect(planChange(wanted(['sip:0@1.1.1.1', 300], ['sip:new@1.1.1.1', 300]), rows)).toMatchObject({
      evict: [rows[1]],
    });
  });

  it('answers with what is left of each binding, and with no header when there is none', () => {
    const nowMs = Date.parse('2026-03-01T10:59:00.500Z');
    expect(contactHeader([binding('sip:a@1.1.1.1')], nowMs)).toBe('<sip:a@1.1.1.1>;expires=60');
    expect(contactHeader([], nowMs)).toBeUndefined();
  });
});
