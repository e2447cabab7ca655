import { describe, expect, it } from 'vitest';
import { type MediaOptions, type NgCommand, type NgDictionary, readCommand } from '../src/index.ts';

const offer = { command: 'offer', 'call-id': 'c', 'from-tag': 'f', sdp: 'v=0' };

function read(body: NgDictionary): NgCommand & { notes: unknown } {
  const result = readCommand(body);
  if (!result.ok) throw new Error(result.reason);
  return { ...result.command, notes: result.notes };
}

function media(options: NgDictionary): MediaOptions & { notes: unknown } {
  return read({ ...offer, ...options }) as never;
}

const nothing = { unknown: [], withoutEffect: [] };

describe('an offer', () => {
  it('is read as the B2BUA sends it', () => {
    const command = media({
      'via-branch': 'z9',
      'transport-protocol': 'RTP/AVP',
      ICE: 'remove',
      'rtcp-mux': ['demux'],
      replace: ['origin', 'session-connection'],
      flags: ['trust address', 'No-RTCP-attribute'],
      codec: { strip: ['all'], offer: ['PCMU', 'telephone-event'], transcode: ['PCMU'] },
    });
    expect(command).toMatchObject({
      command: 'offer',
      callId: 'c',
      fromTag: 'f',
      toTag: undefined,
      viaBranch: 'z9',
      sdp: 'v=0',
      transportProtocol: 'RTP/AVP',
      ice: 'remove',
      dtls: undefined,
      rtcpMux: ['demux'],
      replace: ['origin', 'session-connection'],
      flags: ['trust-address', 'no-rtcp-attribute'],
      codec: { strip: ['all'], mask: [], offer: ['PCMU', 'telephone-event'], transcode: ['PCMU'] },
      notes: nothing,
    });
  });

  it.each<[string, NgDictionary, Partial<MediaOptions>]>([
    ['spaces', { 'transport protocol': 'rtp/savpf' }, { transportProtocol: 'RTP/SAVPF' }],
    ['underscores', { address_family: 'IP6' }, { addressFamily: 'IP6' }],
    ['upper case', { 'RTCP-mux': ['require'] }, { rtcpMux: ['require'] }],
    ['one word', { flags: 'symmetric', replace: 'origin' }, { flags: ['symmetric'], replace: ['origin'] }],
    ['commas', { flags: 'symmetric, strict source' }, { flags: ['symmetric', 'strict-source'] }],
    ['switches', { flags: { 'trust-address': 1, 'strict-source': 0, ICE: 'force' } }, { ice: 'force' }],
    ['a key as a flag', { flags: ['DTLS=off', 'record-call=on'] }, { dtls: 'off', recordCall: true }],
    ['a transport as a flag', { flags: ['RTP/SAVP'] }, { transportProtocol: 'RTP/SAVP' }],
    [
      'a list as flags',
      { 'rtcp-mux': ['offer'], flags: ['rtcp-mux-require'] },
      { rtcpMux: ['offer', 'require'] },
    ],
    [
      'a line of flags',
      { 'rtpp-flags': 'ICE=remove trust-address' },
      { ice: 'remove', flags: ['trust-address'] },
    ],
    ['numbers as text', { ptime: '40', 'media-timeout': '30' }, { ptimeMs: 40, mediaTimeoutSec: 30 }],
    ['one address', { 'received-from': '192.0.2.1' }, { receivedFrom: '192.0.2.1' }],
    ['a family and an address', { 'received from': ['IP4', '192.0.2.1'] }, { receivedFrom: '192.0.2.1' }],
    ['interfaces', { direction: ['priv', 'pub'] }, { direction: ['priv', 'pub'] }],
    ['accept', { 'transport-protocol': 'accept' }, { transportProtocol: undefined, acceptsTransport: true }],
    ['the flag record-call', { flags: ['record call'] }, { recordCall: true }],
    ['no', { 'record call': 'no' }, { recordCall: false }],
    ['a name', { 'set-label': 'caller' }, { label: 'caller' }],
  ])('reads %s', (_what, options, expected) => {
    expect(media(options)).toMatchObject({ ...expected, notes: nothing });
  });

  it('reads codecs, also from flags, with the letters that they were written with', () => {
    const { codec, notes } = media({
      codec: { strip: 'all', consume: ['opus'] },
      flags: [
        'codec-offer-PCMA',
        'codec-mask-opus',
        'transcode-PCMU',
        'always transcode',
        'codec-set-iLBC/8000/1///mode--30',
      ],
    });
    expect(codec).toEqual({
      strip: ['all'],
      consume: ['opus'],
      offer: ['PCMA'],
      mask: ['opus'],
      transcode: ['PCMU'],
      accept: ['all'],
      except: [],
      set: ['iLBC/8000/1///mode=30'],
    });
    expect(notes).toEqual(nothing);
  });

  it('reads how keys are to be agreed', () => {
    const { sdes, notes } = media({
      SDES: ['unencrypted_srtcp', 'order:AES_CM_128_HMAC_SHA1_80;NULL_HMAC_SHA1_80', 'lifetime'],
      flags: [
        'SDES-no-AES_CM_128_HMAC_SHA1_32',
        'SDES-only-aes_cm_128_hmac_sha1_80',
        'pad crypto',
        'SDES-nonew',
      ],
    });
    expect(sdes).toEqual({
      off: false,
      sessionParameters: ['unencrypted_srtcp'],
      no: ['AES_CM_128_HMAC_SHA1_32'],
      only: ['AES_CM_128_HMAC_SHA1_80'],
      noNew: true,
      order: ['AES_CM_128_HMAC_SHA1_80', 'NULL_HMAC_SHA1_80'],
      offererPreference: [],
      pad: true,
      lifetime: true,
      static: false,
    });
    expect(notes).toEqual(nothing);
    expect(media({ SDES: 'off' }).sdes.off).toBe(true);
    expect(media({ flags: ['SDES-no'] }).sdes.off).toBe(true);
  });

  it('reads the one word webrtc as all that it stands for', () => {
    expect(media({ flags: ['WebRTC'] })).toMatchObject({
      transportProtocol: 'UDP/TLS/RTP/SAVPF',
      ice: 'force',
      rtcpMux: ['offer', 'require'],
      sdes: { off: true },
      flags: ['generate-mid', 'no-rtcp-attribute'],
    });
  });

  it('names what it does not know, and what has no effect, and is read all the same', () => {
    const command = media({
      'record cal': 'yes',
      'T.38': ['decode'],
      'delete delay': 0,
      ICE: 7,
      ptime: 'long',
      flags: ['fly', 'early media', 'constructor', '__proto__'],
      codec: { stripp: ['x'] },
      SDES: ['constructor'],
      replace: ['everything'],
    });
    expect(command).toMatchObject({ ice: undefined, ptimeMs: undefined, flags: [], replace: [] });
    expect(command.notes).toEqual({
      unknown: [
        'record cal',
        'fly',
        'constructor',
        '__proto__',
        'ICE=7',
        'SDES=constructor',
        'replace=everything',
        'codec.stripp',
        'ptime=long',
      ].map((name) => expect.stringMatching(new RegExp(`^${name}$`, 'i'))),
      withoutEffect: ['T.38', 'delete delay', 'early media'],
    });
  });
});

describe('commands about a running call', () => {
  const call = { 'call-id': 'c' };
  const party = { ...call, 'from-tag': 'f' };

  it('select participants as rtpengine does: everybody, a label, an address, a tag', () => {
    const who = (options: NgDictionary) => read({ command: 'block media', ...call, ...options });
    expect(who({})).toMatchObject({ who: { by: 'nobody' } });
    expect(who({ 'from-tag': 'f' })).toMatchObject({ who: { by: 'tag', tag: 'f' }, towards: undefined });
    expect(who({ 'from-tag': 'f', address: '192.0.2.1' })).toMatchObject({ who: { by: 'address' } });
    expect(who({ label: 'x', address: '192.0.2.1' })).toMatchObject({ who: { by: 'label', label: 'x' } });
    expect(who({ 'from-tag': 'f', flags: ['all'] })).toMatchObject({ who: { by: 'all' } });
    expect(who({ 'from-tag': 'f', all: 'all' })).toMatchObject({ who: { by: 'all' } });
    expect(who({ 'from-tag': 'f', 'to-tag': 't' })).toMatchObject({ towards: { by: 'tag', tag: 't' } });
    expect(who({ 'from-tag': 'f', all: 'flows' })).toMatchObject({ towards: { by: 'flows' } });
  });

  it('an offer with a bad network to simulate', () => {
    const offer = (simulate: NgDictionary) => read({ command: 'offer', ...party, sdp: 'v=0', simulate });
    const good = { lossPercent: 0, delayMs: 0, jitterMs: 0, reorderPercent: 0, seed: 0 };
    const bad = { ...good, lossPercent: 5, delayMs: 100, seed: 7 };
    const values = { 'loss-percent': 5, 'delay-ms': '100', seed: 7 };
    expect(offer(values)).toMatchObject({ simulation: { from: bad, to: bad } });
    const oneWay = { to: { 'loss-percent': 5, 'delay-ms': 100, seed: 7 } };
    expect(offer(oneWay)).toMatchObject({ simulation: { from: good, to: bad } });
    expect(offer({})).toMatchObject({ simulation: { from: good, to: good } });
    expect(read({ command: 'offer', ...party, sdp: 'v=0' })).toMatchObject({ simulation: undefined });
    for (const wrong of [{ 'loss-percent': 101 }, { to: { 'delay-ms': -1 } }, { seed: 'x' }, { seed: [1] }])
      expect(readCommand({ command: 'offer', ...party, sdp: 'v=0', simulate: wrong })).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/^simulate: .* must be a number from 0 to/),
      });
  });

  it('play media', () => {
    expect(read({ command: 'play media', ...party, file: 'a.wav' })).toEqual({
      command: 'play media',
      callId: 'c',
      who: { by: 'tag', tag: 'f' },
      source: { kind: 'file', path: 'a.wav' },
      repeatTimes: 1,
      repeatDurationMs: undefined,
      startPosition: 0,
      durationMs: undefined,
      notes: nothing,
    });
    const bytes = Uint8Array.of(82, 73, 0, 255);
    const more = { blob: bytes, 'repeat-times': '3', 'start-pos': 500, duration: 100, 'repeat-duration': 9 };
    expect(read({ command: 'play media', ...party, ...more })).toMatchObject({
      source: { kind: 'blob', bytes },
      repeatTimes: 3,
      startPosition: 500,
      durationMs: 100,
      repeatDurationMs: 9,
    });
    expect(read({ command: 'stop media', ...party })).toMatchObject({ who: { by: 'tag' } });
  });

  it.each<[NgDictionary, number]>([
    [{ code: '5' }, 5],
    [{ code: 5 }, 5],
    [{ digit: '*' }, 10],
    [{ digit: 11 }, 11],
    [{ digit: '15' }, 15],
    [{ digit: 'd' }, 15],
  ])('play DTMF with %j is event %i', (digit, event) => {
    expect(read({ command: 'play DTMF', ...party, ...digit })).toMatchObject({
      event,
      durationMs: 250,
      volume: 8,
      pauseMs: 100,
    });
  });

  it('play DTMF keeps to what a receiver can hear', () => {
    const options = { digit: 1, duration: 20, pause: 99_999, volume: -20 };
    expect(read({ command: 'play DTMF', ...party, ...options })).toMatchObject({
      durationMs: 100,
      pauseMs: 5000,
      volume: 20,
    });
  });

  it('recording', () => {
    const where = { 'output-destination': 'x', 'recording path': '/tmp', metadata: 'a:b' };
    expect(read({ command: 'start recording', ...call, ...where })).toMatchObject({
      command: 'start recording',
      recording: { file: 'x', directory: '/tmp', metadata: 'a:b', pattern: undefined },
    });
    const stop = { command: 'stop recording', ...call };
    expect(read(stop)).toMatchObject({ command: 'stop recording', discards: false });
    expect(read({ ...stop, pause: 'yes' })).toMatchObject({ command: 'pause recording' });
    expect(read({ ...stop, flags: ['pause'] })).toMatchObject({ command: 'pause recording' });
    expect(read({ ...stop, flags: ['discard recording'] })).toMatchObject({ discards: true });
  });

  it('delete, query, list, statistics and ping', () => {
    const gone = { command: 'delete', ...party, 'via-branch': 'b', flags: ['fatal'] };
    expect(read(gone)).toEqual({
      command: 'delete',
      callId: 'c',
      fromTag: 'f',
      toTag: undefined,
      viaBranch: 'b',
      fatal: true,
      discards: false,
      notes: nothing,
    });
    expect(read({ command: 'query', ...call })).toMatchObject({ fromTag: undefined });
    expect(read({ command: 'list', limit: '10' })).toMatchObject({ limit: 10 });
    expect(read({ command: 'list' })).toMatchObject({ limit: 32 });
    expect(read({ command: 'statistics' })).toMatchObject({ command: 'statistics' });
    expect(read({ command: 'ping' })).toMatchObject({ command: 'ping' });
  });
});

it.each<[NgDictionary, string]>([
  [{}, 'Dictionary contains no key "command"'],
  [{ command: 'fly' }, 'Unrecognized command'],
  [{ command: '__proto__' }, 'Unrecognized command'],
  [{ ...offer, sdp: undefined }, 'No SDP body in message'],
  [{ ...offer, 'call-id': undefined }, 'No call-id in message'],
  [{ ...offer, 'from-tag': '' }, 'No from-tag in message'],
  [{ ...offer, command: 'answer' }, 'No to-tag in message'],
  [{ command: 'delete' }, 'No call-id in message'],
  [{ command: 'query', 'call-id': ['x'] }, 'No call-id in message'],
  [{ command: 'list', limit: -1 }, 'invalid limit, must be >= 0'],
  [{ command: 'list', limit: 'all' }, 'limit must be a whole number, and not "all"'],
  [{ command: 'block media' }, 'No call-id in message'],
  [{ command: 'start recording' }, 'No call-id in message'],
  [{ command: 'play media', 'call-id': 'c', file: 'x' }, 'No participant party specified'],
  [{ command: 'play media', 'call-id': 'c', 'from-tag': 'f' }, 'No media file specified'],
  [
    { command: 'play media', 'call-id': 'c', 'from-tag': 'f', 'db-id': 1 },
    'db-id is not supported: there is no database, name a file instead',
  ],
  [
    { command: 'play media', 'call-id': 'c', 'from-tag': 'f', file: 'x', 'repeat-times': -1 },
    'repeat-times must be 0 or more, and not -1',
  ],
  [{ command: 'play DTMF', 'call-id': 'c', 'from-tag': 'f' }, "Out of range 'code' specified"],
  [{ command: 'play DTMF', 'call-id': 'c', 'from-tag': 'f', code: 16 }, "Out of range 'code' specified"],
  [{ command: 'play DTMF', 'call-id': 'c', 'from-tag': 'f', code: '' }, "Out of range 'code' specified"],
  [{ command: 'publish', 'call-id': 'c' }, 'publish is not supported: use offer and answer'],
])('%j is refused: %s', (body, reason) => {
  expect(readCommand(body)).toEqual({ ok: false, reason });
});
