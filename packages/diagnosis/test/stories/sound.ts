import { event, HEARD, INVITE, OUT, type Story, sdp, type Told, up } from '../story.ts';

const speechFault = (code: string): Story => ({
  end: { by: 'network', sipStatus: 500, code: 'no-speech', sentence: 'No speech' },
  callee: null,
  events: [event('speech.failed', { code, detail: 'It said no.' })],
});
const pathFailed = (failure: string, body = sdp()): Story => ({
  end: {
    sipStatus: 503,
    code: 'media-path-failed',
    sentence: `The media path to the called party failed: ${failure}`,
  },
  call: up,
  caller: { media: HEARD },
  callee: { kind: 'browser' },
  messages: [INVITE, OUT, ['callee', '200 OK', {}, body]],
});
const silent = (address: string, caller = HEARD): Story => ({
  end: { by: 'caller', code: 'hung-up' },
  call: up,
  caller: { media: caller },
  messages: [INVITE, OUT, ['callee', '200 OK', {}, sdp({ address })]],
});

export const sound: readonly Told[] = [
  [
    'ice-failed',
    pathFailed('ICE failed', sdp({ more: 'a=candidate:1 1 udp 1 198.51.100.2 9 typ host\r\n' })),
    /ICE found no path .* the browser of Bob/,
    'RFC 8445 8.1.2',
    ['m2'],
  ],
  [
    'ice-failed',
    {
      end: { by: 'callee', code: 'hung-up' },
      call: up,
      callee: { kind: 'browser' },
      messages: [
        INVITE,
        OUT,
        ['callee', '200 OK', {}, sdp()],
        ['callee', 'BYE sip:a@b', { Reason: 'SIP ;cause=408; text="RTP Timeout"' }],
      ],
    },
    /ICE found no path/,
    'RFC 8445 8.1.2',
    ['m2', 'm3'],
  ],
  [
    'ice-failed',
    { ...silent('198.51.100.2'), callee: { kind: 'browser' } },
    /ICE found no path .* the browser of Bob/,
    'RFC 8445 8.1.2',
    ['m2'],
  ],
  [
    'ice-failed',
    { ...pathFailed('ICE failed'), callee: { kind: 'browser', media: HEARD } },
    /broke during the call/,
    'RFC 7675 5.1',
    [],
  ],
  ['dtls-failed', pathFailed('DTLS failed'), /DTLS handshake failed/, 'RFC 8122 5', ['m2']],
  [
    'media-path-closed',
    pathFailed('closed by the other side'),
    /closed the path of the sound/,
    'RFC 5246 7.2.1',
    ['m2'],
  ],
  [
    'media-timeout',
    { end: { code: 'media-timeout' }, call: up, messages: [['to caller', 'BYE sip:a@b']] },
    /No sound came from either phone for so long/,
    'RFC 3550 6.3.5',
    ['m0'],
  ],
  [
    'private-address',
    silent('192.168.1.5'),
    /phone of Bob gave 192.168.1.5, a private \(RFC 1918\) address, as its own/,
    'RFC 8866 5.7',
    ['m2', 'm1'],
  ],
  [
    'one-way-audio',
    silent('198.51.100.2'),
    /the caller heard nothing, for no sound came from the phone of Bob/i,
    'RFC 3264 5.1',
    ['m2'],
  ],
  [
    'no-audio',
    silent('198.51.100.2', { ...HEARD, packets: 0 }),
    /No sound came from either phone/,
    'RFC 3264 5.1',
    ['m0', 'm2'],
  ],
  [
    'speech-invalid-key',
    speechFault('invalid-key'),
    /API key \(401\), so nothing was spoken/,
    'RFC 9110 15.5.2',
    [],
  ],
  ['speech-quota', speechFault('quota'), /quota/, 'RFC 9110 15.5.2', []],
  ['speech-rate-limited', speechFault('rate-limited'), /\(429\)/, 'RFC 6585 4', []],
  ['speech-plan-limit', speechFault('plan-limit'), /plan/, 'RFC 9110 15.5.4', []],
  ['speech-voice-not-found', speechFault('voice-not-found'), /no such voice/, 'RFC 9110 15.5.5', []],
  ['speech-text-too-long', speechFault('text-too-long'), /too long/, 'RFC 9110 15.5.14', []],
  ['speech-timeout', speechFault('timeout'), /in time/, 'RFC 9110 15.6.5', []],
  ['speech-unavailable', speechFault('unavailable'), /could not be reached/, 'RFC 9110 15.6.4', []],
  [
    'speech-failed',
    speechFault('transcoder-failed'),
    /could not be turned into speech/,
    'RFC 9110 15.6.1',
    [],
  ],
];
