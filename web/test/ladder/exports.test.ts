import { describe, expect, it } from 'vitest';
import { curlOf } from '../../src/ladder/export/curl.ts';
import { messagesText } from '../../src/ladder/export/message-text.ts';
import { textLadder } from '../../src/ladder/export/text-ladder.ts';
import { ladderOf } from '../../src/ladder/model/rows.ts';
import { spoken } from './spoken-call.ts';

const { call, messages } = spoken;
const ladder = ladderOf(call, messages, new Set(), []);

describe('as text', () => {
  const lines = textLadder(ladder).split('\n');
  const line = (word: string) => lines.find((each) => each.includes(word)) ?? '';

  it('has the endpoints over their lifelines', () => {
    expect(lines[0]).toMatch(/voice Ringback +Ringback +Browser 2001/);
    expect(lines[2]).toMatch(/127\.0\.0\.1:60056 +127\.0\.0\.1:37323 +127\.0\.0\.1:60450/);
  });

  it('draws requests solid, provisional responses dashed, from their sender to their receiver', () => {
    expect(line('INVITE (SDP)')).toMatch(/^ *0\.\d{3} .*\|-+ INVITE \(SDP\) -+>\|/);
    expect(line('180 Ringing')).toMatch(/\|<[ -]+ 180 Ringing [ -]+\|/);
    expect(line('RTP PCMU')).toMatch(/\|=+ RTP PCMU =+\|=+ SRTP PCMU MOS 4\.40 =+\|/);
    expect(line('POST /api/calls')).toContain('* POST /api/calls');
  });

  it('is plain ASCII, one line a row', () => {
    expect(lines).toHaveLength(ladder.rows.length + 5);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what ASCII is
    expect(lines.join('\n')).toMatch(/^[\x00-\x7f]*$/);
  });

  it('gives the messages to the last character, with when and which way', () => {
    const text = messagesText(messages);
    expect(text).toContain(`ws ${messages[0]?.source} -> ${messages[0]?.destination}`);
    for (const { raw } of messages) expect(text).toContain(raw.replace(/\r\n/g, '\n').trimEnd());
  });
});

describe('as curl', () => {
  it('asks for the same call, whatever the text holds', () => {
    const text = `It's "five"\n$HOME \`id\``;
    const curl = curlOf({ ...call, text, voiceId: null }, 'http://localhost:3000') ?? '';
    expect(curl).toContain("curl -X POST 'http://localhost:3000/api/calls'");
    const body = /-d '(.*)'$/s.exec(curl)?.[1]?.replaceAll(`'\\''`, "'");
    expect(JSON.parse(body ?? '')).toEqual({ to: '2001', text, from: 'Ringback' });
    expect(curl).not.toContain('TOKEN');
  });

  it('names the token beyond loopback, and is none of a call that came over SIP', () => {
    expect(curlOf(call, 'https://phone.example')).toContain('Bearer $RINGBACK_TOKEN');
    expect(curlOf({ ...call, text: null }, 'http://localhost')).toBeNull();
  });
});
