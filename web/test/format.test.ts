import { describe, expect, it } from 'vitest';
import { lostWords } from '../src/call/lost-words.ts';
import { length, offset, timer } from '../src/format/duration.ts';
import { legName, partyName } from '../src/format/party.ts';
import { agoTime, expiryTime } from '../src/format/time.ts';
import { voiceFacts } from '../src/speak/voice-facts.ts';

const T = '2026-01-01T12:00:00.000Z';
const now = Date.parse(T);

describe('durations', () => {
  it('run as a clock', () => {
    expect([0, 7_900, 760_000, 3_725_000, -5].map(timer)).toEqual([
      '0:00',
      '0:07',
      '12:40',
      '1:02:05',
      '0:00',
    ]);
  });

  it('stand as a length', () => {
    expect([41, 999, 12_440, 59_940, 59_960, 185_000].map(length)).toEqual([
      '41 ms',
      '999 ms',
      '12.4 s',
      '59.9 s',
      '1 min 00 s',
      '3 min 05 s',
    ]);
  });

  it('stand between two moments', () => {
    expect(offset(T, '2026-01-01T12:00:00.041Z')).toBe('+0.041');
    expect(offset(T, '2026-01-01T11:59:58.000Z')).toBe('−2.000');
  });
});

describe('times', () => {
  it('that are over', () => {
    const ago = (ms: number) => agoTime(new Date(now - ms).toISOString(), now);
    expect([5_000, 240_000, 7_300_000].map(ago)).toEqual(['just now', '4 min ago', '2 h ago']);
    expect(ago(3 * 86_400_000)).toMatch(/29/);
  });

  it('that come', () => {
    const expiry = (ms: number) => expiryTime(new Date(now + ms).toISOString(), now);
    expect([-1, 12_000, 240_000, 7_300_000].map(expiry)).toEqual([
      'expired',
      'expires in 12 s',
      'expires in 4 min',
      'expires in 2 h',
    ]);
  });
});

it('names parties', () => {
  expect(partyName({ number: '1001', displayName: 'Alice' })).toBe('1001 Alice');
  expect(partyName({ number: '2001', displayName: '2001' })).toBe('2001');
  expect(partyName({ number: '2001', displayName: 'Browser 2001' })).toBe('Browser 2001');
  expect(legName({ number: '1002', displayName: 'Bob', kind: 'phone', transport: 'udp' })).toBe(
    '1002 Bob (phone, udp)',
  );
});

it('counts what was lost of what was sent', () => {
  expect(lostWords({ packets: 497, packetsLost: 3 })).toBe('3 (0.6 %)');
  expect(lostWords({ packets: 500, packetsLost: 0 })).toBe('none');
  expect(lostWords({ packets: 500, packetsLost: null })).toBeNull();
});

it('tells each fact of a voice once', () => {
  const voice = { id: 'v', name: 'V', provider: 'builtin', previewUrl: null } as const;
  expect(voiceFacts({ ...voice, language: 'en', labels: { language: 'en', gender: 'female' } })).toBe(
    'en · female',
  );
});
