import { INVITE, OUT, refusedWith, type Story, sdp, type Told } from '../story.ts';

const challenged = (given: string, challenge: string): Story => ({
  end: { sipStatus: 407, code: 'not-authenticated' },
  callee: null,
  messages: [
    INVITE,
    ['to caller', '407 Proxy Authentication Required', { 'Proxy-Authenticate': challenge }],
    [
      'caller',
      'INVITE sip:1002@ringback.local',
      { CSeq: '2 INVITE', 'Proxy-Authorization': `Digest username="1001", realm="${given}", nonce="n"` },
    ],
    ['to caller', '407 Proxy Authentication Required', { CSeq: '2 INVITE', 'Proxy-Authenticate': challenge }],
  ],
});

export const dialled: readonly Told[] = [
  [
    'not-authenticated',
    challenged('ringback.local', 'Digest realm="ringback.local", nonce="n"'),
    /password of Alice is wrong/,
    'RFC 3261 22.3',
    ['m1', 'm3', 'm2'],
  ],
  [
    'not-authenticated',
    challenged('asterisk', 'Digest realm="ringback.local", nonce="n"'),
    /realm asterisk, and this network is ringback.local/,
    'RFC 3261 22.1',
    ['m1', 'm3', 'm2'],
  ],
  [
    'not-authenticated',
    challenged('ringback.local', 'Digest realm="ringback.local", nonce="n", stale=true'),
    /every challenge with an old nonce/,
    'RFC 7616 3.3',
    ['m1', 'm3', 'm2'],
  ],
  [
    'phone-asks-password',
    { ...refusedWith(401, 'Unauthorized'), end: { by: 'callee', sipStatus: 480 } },
    /asked the network for a password \(401\)/,
    'RFC 3261 21.4.2',
    ['m2'],
  ],
  [
    'unknown-number',
    {
      end: { sipStatus: 404, code: 'unknown-number' },
      callee: null,
      call: { to: { number: '7777', displayName: null } },
      messages: [INVITE, ['to caller', '404 Not Found']],
    },
    /Nobody has the number 7777/,
    'RFC 3261 21.4.5',
    ['m0', 'm1'],
  ],
  [
    'no-phone',
    { end: { sipStatus: 480, code: 'no-phone' }, callee: null },
    /Bob has no phone registered/,
    'RFC 3261 21.4.18',
    [],
  ],
  [
    'no-voice',
    { end: { sipStatus: 480, code: 'no-voice' }, callee: null },
    /No voice was there/,
    'RFC 3261 21.4.18',
    [],
  ],
  [
    'other-domain',
    { end: { sipStatus: 403, code: 'other-domain' }, callee: null },
    /another SIP domain/,
    'RFC 3261 21.4.4',
    [],
  ],
  [
    'test-number',
    {
      end: { sipStatus: 486, code: 'test-number' },
      callee: null,
      call: { to: { number: '486', displayName: null } },
    },
    /486 is a test number, which answers every call with 486 Busy Here/,
    'RFC 3261 21',
    [],
  ],
  [
    'bad-offer',
    {
      end: { sipStatus: 488, code: 'bad-offer' },
      callee: null,
      messages: [['caller', 'INVITE sip:1002@ringback.local']],
    },
    /describes no media/,
    'RFC 3261 13.2.1',
    ['m0'],
  ],
  [
    'no-common-codec',
    refusedWith(488, 'Not Acceptable Here', { Warning: '305 bob "Incompatible media format"' }),
    /the phone of Bob takes none of PCMU and PCMA \(488\)/,
    'RFC 3261 21.4.26',
    ['m0', 'm1', 'm2', 'm2'],
  ],
  [
    'no-common-codec',
    {
      end: { sipStatus: 488, code: 'media-refused' },
      messages: [INVITE, OUT, ['callee', '200 OK', {}, sdp({ codecs: '18' })]],
    },
    /the phone of Bob was offered PCMU and PCMA and answered with G729/,
    'RFC 3261 21.4.26',
    ['m0', 'm1', 'm2'],
  ],
];
