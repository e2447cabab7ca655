import { describe, expect, it } from 'vitest';
import { digitOfInfo } from '../src/call/info-digit.ts';
import { pressedKeys } from '../src/media/pressed-keys.ts';

describe('a key that comes by INFO', () => {
  it.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', '5'],
    ['application/dtmf-relay; charset=utf-8', 'Signal= #\n', '#'],
    ['Application/DTMF-Relay', 'Duration=100\r\nsignal=a\r\n', 'A'],
    ['application/dtmf-relay', 'Signal=10', '*'],
    ['application/dtmf', '9', '9'],
    ['application/dtmf', '11\r\n', '#'],
  ])('%s %j is %s', (type, body, digit) => expect(digitOfInfo(type, body)).toBe(digit));

  it.each([
    ['application/dtmf-relay', 'Signal=!'],
    ['application/dtmf-relay', 'Signal=55'],
    ['application/dtmf', 'five'],
    ['application/media_control+xml', '5'],
    ['', '5'],
  ])('%s %j is none', (type, body) => expect(digitOfInfo(type, body)).toBeUndefined());
});

it('keys that the media server has seen are read with their times, and nonsense is left out', () => {
  const keys = [
    { key: '5', pressed_us: 1_800_000_000_123_456 },
    { key: '12', pressed_us: 1 },
    { key: '#' },
    'nonsense',
  ];
  expect(pressedKeys({ tags: { A: { keys } } }, 'A')).toEqual([{ digit: '5', atMs: 1_800_000_000_123.456 }]);
  expect(pressedKeys({ tags: { A: {} } }, 'A')).toEqual([]);
});
