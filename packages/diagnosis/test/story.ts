import type { Call, CallEnd, CallEventRecord, Leg, SipMessageRecord, Why } from '@ringback/contracts';
import { diagnose } from '../src/index.ts';

const START_MS = Date.parse('2026-03-01T10:00:00.000Z');

export const at = (ms: number) => new Date(START_MS + ms).toISOString();

export function leg(role: Leg['role'], change: Partial<Leg> = {}): Leg {
  return {
    id: role,
    callId: 'call',
    role,
    state: 'terminated',
    sipCallId: role,
    number: role === 'caller' ? '1001' : '1002',
    displayName: role === 'caller' ? 'Alice' : 'Bob',
    kind: 'phone',
    transport: 'udp',
    remoteAddress: role === 'caller' ? '198.51.100.1:5060' : '198.51.100.2:5060',
    userAgent: null,
    startedAt: at(0),
    answeredAt: null,
    endedAt: at(1000),
    sipStatus: null,
    media: null,
    ...change,
  };
}

/** What a leg's endpoint sent, so that it is not silent. */
export const HEARD: NonNullable<Leg['media']> = {
  packets: 500,
  bytes: 80_000,
  packetsLost: 0,
  jitterMs: 1,
  roundTripMs: null,
  mos: 4.4,
  codec: 'PCMU',
};

export const event = (type: string, change: Partial<CallEventRecord> = {}): CallEventRecord => ({
  time: at(500),
  type,
  legId: null,
  sipStatus: null,
  detail: type,
  ...change,
});

export type Said = [
  from: 'caller' | 'callee' | 'to caller' | 'to callee',
  startLine: string,
  headers?: Record<string, string>,
  body?: string,
];

/** Messages of both legs, 10 ms apart, with the ids m0, m1 and so on. */
export function messagesOf(said: readonly Said[]): SipMessageRecord[] {
  return said.map(([from, startLine, headers = {}, body = ''], index) => {
    const [first = '', ...rest] = startLine.split(' ');
    const isRequest = !/^\d/.test(first);
    const cseq = headers.CSeq ?? `1 ${isRequest ? first : 'INVITE'}`;
    const all = { 'Call-ID': 'x', From: '<sip:a@b>;tag=1', To: '<sip:c@d>', ...headers, CSeq: cseq };
    const line = isRequest ? `${startLine} SIP/2.0` : `SIP/2.0 ${startLine}`;
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return {
      id: `m${index}`,
      callId: 'call',
      legId: from.replace('to ', ''),
      sipCallId: 'x',
      time: at(index * 10),
      timeUs: (START_MS + index * 10) * 1000,
      transport: 'udp',
      source: '198.51.100.1:5060',
      destination: '198.51.100.9:5060',
      direction: from.startsWith('to ') ? 'out' : 'in',
      summary: isRequest ? `${first} ${rest.join(' ')}` : startLine,
      method: cseq.split(' ')[1] ?? '',
      status: isRequest ? null : Number(first),
      cseq,
      raw: [line, ...head, `Content-Length: ${body.length}`, '', body].join('\r\n'),
    };
  });
}

export interface Story {
  end: Partial<CallEnd>;
  call?: Partial<Call>;
  caller?: Partial<Leg>;
  callee?: Partial<Leg> | null;
  events?: CallEventRecord[];
  messages?: readonly Said[];
}

/** Why such a call ended; one with `durationMs` was up. */
export function why({ end, call = {}, caller, callee = {}, events = [], messages = [] }: Story): Why {
  const answered = call.durationMs !== undefined;
  const answeredAt = answered ? at(2100) : null;
  const legs = [
    leg('caller', { answeredAt, ...caller }),
    ...(callee ? [leg('callee', { answeredAt, ...callee })] : []),
  ];
  const found = diagnose({
    call: {
      id: 'call',
      status: 'failed',
      from: { number: '1001', displayName: 'Alice' },
      to: { number: '1002', displayName: 'Bob' },
      text: null,
      voiceId: null,
      speechProvider: null,
      createdAt: at(0),
      ringingAt: null,
      answeredAt,
      endedAt: at(20_000),
      durationMs: null,
      end: { by: 'network', sipStatus: 200, q850Cause: 16, sentence: 'It ended', ...end },
      ...call,
    },
    legs,
    events,
    messages: messagesOf(messages),
  });
  if (!found) throw new Error('an ended call has an explanation');
  return found;
}

/** A description of one audio line. */
export function sdp({
  address = '198.51.100.1',
  codecs = '0 8',
  direction = 'sendrecv',
  more = '',
} = {}): string {
  return `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 4000 RTP/AVP ${codecs}\r\na=${direction}\r\n${more}`;
}

/** A rule, a call that it explains, a part of its sentence, where that is written, and the messages that prove it. */
export type Told = readonly [
  rule: string,
  story: Story,
  sentence: RegExp,
  reference: string,
  proof: string[],
];

export const INVITE: Said = ['caller', 'INVITE sip:1002@ringback.local', {}, sdp()];
export const OUT: Said = ['to callee', 'INVITE sip:bob@198.51.100.2', {}, sdp()];
/** Of a call that was up. */
export const up = { durationMs: 12_400 };
export const refusedWith = (
  sipStatus: number,
  phrase: string,
  headers: Record<string, string> = {},
): Story => ({
  end: { by: 'callee', sipStatus, code: 'refused' },
  callee: { sipStatus },
  messages: [
    INVITE,
    OUT,
    ['callee', `${sipStatus} ${phrase}`, headers],
    ['to caller', `${sipStatus} ${phrase}`],
  ],
});
