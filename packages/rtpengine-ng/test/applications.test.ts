import { describe, expect, it } from 'vitest';
import { type NgCommand, type NgDictionary, readCommand } from '../src/index.ts';

const call = { 'call-id': 'c', 'from-tag': 'f', sdp: 'v=0' };
const replace = ['origin', 'session-connection'];

/** What a command means; `idle` are its words that change nothing here. */
function meaning(body: NgDictionary, ...idle: string[]): Partial<Record<string, unknown>> {
  const read = readCommand(body);
  if (!read.ok) throw new Error(read.reason);
  expect(read.notes).toEqual({ unknown: [], withoutEffect: idle });
  return read.command satisfies NgCommand;
}

// What well-known applications send, word for word: each says the same things in its own spelling.
describe('applications over rtpengine-client', () => {
  it('jambonz: a browser or a trunk towards its feature server', () => {
    const toFeatureServer = {
      'transport protocol': 'RTP/AVP',
      DTLS: 'off',
      SDES: 'off',
      ICE: 'remove',
      flags: ['media handover', 'port latching'],
      'rtcp-mux': ['accept'],
      direction: ['public', 'private'],
    };
    expect(
      meaning({ command: 'offer', ...call, replace, ...toFeatureServer }, 'media handover'),
    ).toMatchObject({
      transportProtocol: 'RTP/AVP',
      dtls: 'off',
      sdes: { off: true },
      ice: 'remove',
      flags: ['port-latching'],
      rtcpMux: ['accept'],
      direction: ['public', 'private'],
      replace,
    });
  });

  it('jambonz: towards a browser, and towards Teams with SDES', () => {
    const browser = {
      'transport-protocol': 'UDP/TLS/RTP/SAVPF',
      ICE: 'default',
      SDES: 'off',
      flags: ['generate mid', 'SDES-no', 'media handover', 'port latching'],
      'rtcp-mux': ['require'],
      'record call': 'no',
    };
    expect(
      meaning({ command: 'answer', ...call, 'to-tag': 't', replace, ...browser }, 'media handover'),
    ).toMatchObject({
      transportProtocol: 'UDP/TLS/RTP/SAVPF',
      ice: 'default',
      sdes: { off: true },
      flags: ['generate-mid', 'port-latching'],
      recordCall: false,
    });
    const unwanted = ['F8_128_HMAC_SHA1_80', 'NULL_HMAC_SHA1_32', 'AES_256_CM_HMAC_SHA1_80'];
    const teams = {
      'transport-protocol': 'RTP/SAVP',
      ICE: 'force',
      flags: [
        'generate mid',
        'strict source',
        ...unwanted.map((suite) => `SDES-no-${suite}`),
        'SDES-pad',
        'inject DTMF',
      ],
      'rtcp-mux': ['require'],
      codec: { offer: ['PCMU', 'telephone-event'], strip: 'all' },
    };
    expect(meaning({ command: 'offer', ...call, ...teams })).toMatchObject({
      transportProtocol: 'RTP/SAVP',
      sdes: { off: false, no: unwanted, pad: true },
      flags: ['generate-mid', 'strict-source', 'inject-dtmf'],
      codec: { offer: ['PCMU', 'telephone-event'], strip: ['all'] },
    });
  });

  it('jambonz: mutes one side, and presses a key for it', () => {
    const common = { 'call-id': 'c', replace, 'record call': 'yes', flags: ['reset'], 'from-tag': 'f' };
    for (const command of ['block media', 'unblock media', 'block DTMF', 'unblock DTMF']) {
      expect(meaning({ command, ...common }, 'reset')).toMatchObject({
        command,
        who: { by: 'tag', tag: 'f' },
      });
    }
    expect(meaning({ command: 'play DTMF', ...common, code: '5', duration: 250 }, 'reset')).toMatchObject({
      event: 5,
      durationMs: 250,
    });
    expect(meaning({ command: 'delete', 'call-id': 'c', replace, 'record call': 'yes' })).toMatchObject({
      fromTag: undefined,
    });
  });

  it('drachtio-rtpengine-webrtcproxy: codecs among the flags', () => {
    const codecs = ['codec-strip-all', 'codec-except-G722', 'codec-except-PCMU', 'codec-except-PCMA'];
    const toTrunk = {
      'transport protocol': 'RTP/AVP',
      DTLS: 'off',
      ICE: 'remove',
      'rtcp-mux': ['demux'],
      flags: ['SDES-no', ...codecs, 'codec-offer-telephone-event'],
    };
    expect(meaning({ command: 'offer', ...call, replace, ...toTrunk })).toMatchObject({
      flags: [],
      sdes: { off: true },
      codec: { strip: ['all'], except: ['G722', 'PCMU', 'PCMA'], offer: ['telephone-event'] },
    });
    const toBrowser = { 'transport-protocol': 'UDP/TLS/RTP/SAVPF', ICE: 'force', DTLS: 'passive' };
    expect(meaning({ command: 'offer', ...call, replace, ...toBrowser })).toMatchObject({ dtls: 'passive' });
  });

  it('drachtio-siprec-recording-server: records both sides', () => {
    const options = { replace, ICE: 'remove', 'record call': 'yes' };
    expect(meaning({ command: 'offer', ...call, ...options })).toMatchObject({ recordCall: true });
    expect(meaning({ command: 'answer', ...call, 'to-tag': 't', ...options })).toMatchObject({
      recordCall: true,
    });
    const named = { 'call-id': 'c', 'from-tag': 'f', 'record call': 'yes' };
    expect(meaning({ command: 'start recording', ...named })).toMatchObject({ callId: 'c', fromTag: 'f' });
  });

  it('switchboards: greetings, music and a message that is recorded', () => {
    const party = { 'call-id': 'c', 'from-tag': 'f' };
    expect(
      meaning({ command: 'play media', ...party, file: '/sounds/hello.wav', 'repeat-times': 0 }),
    ).toMatchObject({
      source: { kind: 'file', path: '/sounds/hello.wav' },
      repeatTimes: 1,
    });
    expect(meaning({ command: 'stop media', ...party })).toMatchObject({ who: { by: 'tag' } });
    expect(meaning({ command: 'start recording', ...party, 'output-file': '/tmp/message' })).toMatchObject({
      recording: { file: '/tmp/message' },
    });
    const offer = { flags: ['trust-address'], replace, ICE: 'remove' };
    expect(meaning({ command: 'offer', ...call, ...offer })).toMatchObject({ flags: ['trust-address'] });
  });
});
