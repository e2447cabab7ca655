import { INVITE, type Told, up } from '../story.ts';

export const network: readonly Told[] = [
  ['network-interrupted', { end: { code: 'interrupted' }, call: up }, /without warning/, 'RFC 3261 15', []],
  [
    'network-stopped',
    { end: { code: 'shutdown' }, call: up, messages: [INVITE, ['to caller', 'BYE sip:a@b']] },
    /was stopped/,
    'RFC 3261 21.5.4',
    ['m1'],
  ],
  [
    'media-server-lost',
    { end: { sipStatus: 503, code: 'media-lost' }, call: up },
    /lost this call/,
    'RFC 3261 21.5.4',
    [],
  ],
  [
    'media-server-silent',
    { end: { sipStatus: 503, code: 'media-failed' } },
    /does not answer/,
    'RFC 3261 21.5.4',
    [],
  ],
  [
    'sip-server-lost',
    { end: { sipStatus: 503, code: 'signalling-lost' } },
    /SIP server/,
    'RFC 3261 8.1.3.1',
    [],
  ],
  [
    'no-media-ports',
    { end: { sipStatus: 500, code: 'no-media-ports' } },
    /no free UDP port/,
    'RFC 3261 21.5.1',
    [],
  ],
];
