import { at, event, HEARD, INVITE, OUT, type Told, up } from '../story.ts';

export const ends: readonly Told[] = [
  [
    'no-answer',
    {
      end: { sipStatus: 480, code: 'no-answer' },
      call: { ringingAt: at(0), endedAt: at(30_000) },
      messages: [OUT, ['callee', '180 Ringing'], ['to callee', 'CANCEL sip:b@c']],
    },
    /Bob did not answer within 30.0 s/,
    'RFC 3261 21.4.18',
    ['m1', 'm2'],
  ],
  [
    'canceled',
    {
      end: { by: 'caller', sipStatus: 487, code: 'canceled' },
      call: { ringingAt: at(10) },
      messages: [INVITE, ['caller', 'CANCEL sip:1002@ringback.local']],
    },
    /gave up after 20.0 s, while it rang/,
    'RFC 3261 9.1',
    ['m1'],
  ],
  [
    'canceled',
    {
      end: { by: 'network', sipStatus: 487, code: 'hung-up-over-api' },
      call: { ringingAt: at(10) },
      messages: [INVITE, ['to caller', '487 Request Terminated']],
    },
    /called off over the API after 20.0 s/,
    'RFC 3261 21.4.25',
    ['m1'],
  ],
  [
    'hung-up-at-once',
    {
      end: { by: 'callee', sipStatus: 480, code: 'hung-up-at-once' },
      callee: { sipStatus: 200 },
      messages: [
        INVITE,
        OUT,
        ['callee', '200 OK'],
        ['callee', 'BYE sip:b@c'],
        ['to callee', '200 OK', { CSeq: '1 BYE' }],
      ],
    },
    /Bob picked up and hung up at once/,
    'RFC 3261 15.1',
    ['m2', 'm3'],
  ],
  [
    'ordinary',
    {
      end: { by: 'caller', code: 'hung-up' },
      call: up,
      caller: { media: HEARD },
      callee: { media: HEARD },
      events: [event('speech.finished', { detail: 'Spoken to its end, 10.1 s' })],
      messages: [
        INVITE,
        ['to caller', '200 OK'],
        ['caller', 'BYE sip:a@b'],
        ['to caller', '200 OK', { CSeq: '1 BYE' }],
      ],
    },
    /^Answered after 2.1 s; the caller hung up after 12.4 s, when the text was finished\.$/,
    'RFC 3261 15.1',
    ['m1', 'm2', 'm3'],
  ],
];
