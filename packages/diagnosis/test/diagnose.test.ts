import { describe, expect, it } from 'vitest';
import { addressKind, hostOf } from '../src/address-kind.ts';
import { diagnose } from '../src/index.ts';
import { at, event, HEARD, INVITE, OUT, refusedWith, type Said, sdp, up, why } from './story.ts';

describe('an explanation', () => {
  it('is not given while the call goes on', () => {
    const call = {
      id: 'call',
      status: 'ringing' as const,
      from: { number: '1001', displayName: null },
      to: { number: '1002', displayName: null },
      text: null,
      voiceId: null,
      speechProvider: null,
      createdAt: at(0),
      ringingAt: at(1),
      answeredAt: null,
      endedAt: null,
      durationMs: null,
      end: null,
    };
    expect(diagnose({ call, legs: [], events: [], messages: [] })).toBeNull();
  });

  it('is given for a record without codes, legs, messages or events', () => {
    expect(why({ end: { sipStatus: 499, sentence: 'Something old.' }, callee: null })).toMatchObject({
      rule: 'unexplained',
      sentence: 'It was not answered (499): Something old.',
      reference: 'RFC 3261 21.4',
    });
  });

  it('does not hide a fault of the network, nor one in a call that was up', () => {
    for (const call of [{}, up])
      expect(why({ end: { sipStatus: 500, code: 'internal-error' }, call })).toMatchObject({
        rule: 'unexplained',
        sentence: 'The network ended this call by a fault of its own.',
        remedy: expect.stringMatching(/report/),
      });
  });

  it('counts the addresses for UDP alone, in English', () => {
    const named = (...candidates: string[]) => {
      const more = candidates.map((candidate) => `a=candidate:${candidate}\r\n`).join('');
      const messages: Said[] = [INVITE, OUT, ['callee', '200 OK', {}, sdp({ more })]];
      const end = { by: 'caller', code: 'hung-up' } as const;
      const found = why({ end, call: up, caller: { media: HEARD }, callee: { kind: 'browser' }, messages });
      return found.because[0]?.text;
    };
    const tcp = '3 1 tcp 1518280447 198.51.100.2 9 typ host tcptype active';
    expect(named(tcp)).toBe('The browser named no address for UDP (a=candidate).');
    const udp = '1 1 udp 2122260223 198.51.100.2 50000 typ host';
    expect(named(udp, tcp)).toBe('The browser named 1 address for UDP (a=candidate).');
    expect(named(udp, udp)).toBe('The browser named 2 addresses for UDP (a=candidate).');
  });

  it('does not blame ICE for a browser that has a path and says nothing', () => {
    const candidate = { type: 'host', transport: 'udp', address: '127.0.0.1', port: 9 } as const;
    const media = { ...HEARD, packets: 0, candidatePair: { local: candidate, remote: candidate } };
    const messages: Said[] = [INVITE, OUT, ['callee', '200 OK', {}, sdp()]];
    const end = { by: 'caller', code: 'hung-up' } as const;
    const found = why({
      end,
      call: up,
      caller: { media: HEARD },
      callee: { kind: 'browser', media },
      messages,
    });
    expect(found.rule).toBe('one-way-audio');
  });

  it('is that of the phone, whatever the voice had to say', () => {
    const failed = event('speech.failed', { code: 'quota' });
    expect(why({ ...refusedWith(486, 'Busy Here'), events: [failed] }).rule).toBe('busy');
  });

  it('tells that another voice stood in', () => {
    const events = [
      event('speech.failed', { code: 'quota', time: at(100) }),
      event('speech.first-audio', { time: at(200) }),
    ];
    const heard = { caller: { media: HEARD }, callee: { media: HEARD } };
    const { sentence } = why({ end: { by: 'caller', code: 'hung-up' }, call: up, events, ...heard });
    expect(sentence).toMatch(/; a built-in voice spoke instead\.$/);
  });

  it('tells that a voice fell silent in the middle', () => {
    const events = [
      event('speech.first-audio', { time: at(100) }),
      event('speech.failed', { code: 'timeout', time: at(200) }),
    ];
    const heard = { caller: { media: HEARD }, callee: { media: HEARD } };
    const { sentence } = why({ end: { by: 'caller', code: 'hung-up' }, call: up, events, ...heard });
    expect(sentence).toMatch(/did not answer in time, so only the beginning of the text was spoken\.$/);
  });

  it('blames nobody for silence who has said that it only listens, or in a call of an instant', () => {
    const end = { by: 'caller', code: 'hung-up' } as const;
    const messages: Said[] = [INVITE, OUT, ['callee', '200 OK', {}, sdp({ direction: 'recvonly' })]];
    expect(why({ end, call: up, caller: { media: HEARD }, messages }).rule).toBe('ordinary');
    const short: Said[] = [INVITE, OUT, ['callee', '200 OK', {}, sdp()]];
    expect(why({ end, call: { durationMs: 300 }, messages: short }).rule).toBe('ordinary');
  });

  it('outlives messages that are no SIP', () => {
    const messages: Said[] = [INVITE, ['callee', '486 Busy Here', { '': 'x' }, '\u0000']];
    expect(why({ ...refusedWith(486, 'Busy Here'), messages }).rule).toBe('busy');
  });
});

describe('an address', () => {
  it.each([
    ['10.1.2.3', 'private (RFC 1918)'],
    ['172.16.0.1', 'private (RFC 1918)'],
    ['172.32.0.1', undefined],
    ['192.168.0.1', 'private (RFC 1918)'],
    ['100.64.0.1', 'shared (RFC 6598)'],
    ['127.0.0.2', 'loopback'],
    ['169.254.1.1', 'link-local'],
    ['8.8.8.8', undefined],
    ['phone.example', undefined],
    ['::1', 'loopback'],
    ['fe80::1', 'link-local'],
    ['fd00::1', 'local (RFC 4193)'],
    ['2001:db8::1', undefined],
  ])('%s is %s', (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });

  it('is found in an endpoint', () => {
    expect([hostOf('192.0.2.1:5060'), hostOf('[2001:db8::1]:5060'), hostOf('')]).toEqual([
      '192.0.2.1',
      '2001:db8::1',
      '',
    ]);
  });
});
