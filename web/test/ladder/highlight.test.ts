import { describe, expect, it } from 'vitest';
import { highlight } from '../../src/ladder/sip/highlight.ts';
import { spoken } from './spoken-call.ts';

const joined = (raw: string) =>
  highlight(raw)
    .map((line) => line.map(({ text }) => text).join(''))
    .join('\n');

describe('syntax colours', () => {
  it.each(spoken.messages.map(({ summary, raw }) => [summary, raw]))(
    'lose nothing of %s',
    (_summary, raw) => {
      expect(joined(raw)).toBe(raw);
    },
  );

  it.each([
    '',
    '\n',
    'no sip at all',
    ':',
    '<img src=x onerror=alert(1)>\n\na=',
    '"unclosed\nX: "a\\"b" <sip:x',
  ])('lose nothing of %j', (raw) => expect(joined(raw)).toBe(raw));

  it('tell the parts of a message', () => {
    const [start, from, , body] = highlight(
      'INVITE sip:a@b SIP/2.0\nFrom: "A" <sip:a@b>;tag=1\n\na=rtpmap:0 PCMU',
    );
    expect(start).toContainEqual({ kind: 'method', text: 'INVITE' });
    expect(start).toContainEqual({ kind: 'uri', text: 'sip:a@b' });
    expect(from?.map(({ kind }) => kind)).toEqual([
      'name',
      'plain',
      'string',
      'plain',
      'uri',
      'plain',
      'parameter',
      'plain',
    ]);
    expect(body?.[0]).toEqual({ kind: 'sdp', text: 'a=' });
    expect(highlight('SIP/2.0 486 Busy Here')[0]).toContainEqual({ kind: 'failure', text: '486 Busy Here' });
  });
});
