import { isDictionary, type NgDictionary, type NgValue } from './bencode.ts';

/** RFC 3264 side of an `offer` or `answer`: which transport the receiver of the rewritten SDP shall get. */
export type TransportProtocol = 'RTP/AVP' | 'RTP/AVPF' | 'RTP/SAVP' | 'RTP/SAVPF' | 'UDP/TLS/RTP/SAVPF';
export type IceOption = 'remove' | 'force' | 'force-relay' | 'default' | 'optional';
export type DtlsOption = 'active' | 'passive' | 'off' | 'no' | 'disable';

/** Codec names, or `all`/`full` in strip and mask. */
export type CodecOptions = {
  strip: readonly string[];
  mask: readonly string[];
  offer: readonly string[];
  except: readonly string[];
  transcode: readonly string[];
};

/** What `offer` and `answer` have in common. Words of lists are lower case with dashes. */
export type MediaOptions = {
  callId: string;
  fromTag: string;
  viaBranch: string | undefined;
  sdp: string;
  transportProtocol: TransportProtocol | undefined;
  ice: IceOption | undefined;
  dtls: DtlsOption | undefined;
  rtcpMux: readonly string[];
  replace: readonly string[];
  flags: readonly string[];
  codec: CodecOptions;
};

export type OfferCommand = MediaOptions & { command: 'offer'; toTag: string | undefined };
export type AnswerCommand = MediaOptions & { command: 'answer'; toTag: string };
/** Without `fromTag` the whole call is meant and no statistics come back. */
export type DeleteCommand = {
  command: 'delete';
  callId: string;
  fromTag: string | undefined;
  toTag: string | undefined;
  viaBranch: string | undefined;
};
export type QueryCommand = {
  command: 'query';
  callId: string;
  fromTag: string | undefined;
  toTag: string | undefined;
};
export type ListCommand = { command: 'list'; limit: number };
export type PingCommand = { command: 'ping' };

export type NgCommand =
  | OfferCommand
  | AnswerCommand
  | DeleteCommand
  | QueryCommand
  | ListCommand
  | PingCommand;

/** The command, and keys of it that nobody here knows: to be logged, never fatal. */
export type ReadCommand =
  | { ok: true; command: NgCommand; unknownKeys: readonly string[] }
  | { ok: false; reason: string };

const MEDIA_KEYS = new Set([
  'command',
  'call-id',
  'from-tag',
  'to-tag',
  'via-branch',
  'sdp',
  'transport-protocol',
  'ICE',
  'DTLS',
  'rtcp-mux',
  'replace',
  'flags',
  'codec',
]);
const CALL_KEYS = new Set(['command', 'call-id', 'from-tag', 'to-tag', 'via-branch', 'flags', 'limit']);

/** Reads a command; the reasons of refusal are rtpengine's own sentences. */
export function readCommand(body: NgDictionary): ReadCommand {
  const name = body.command;
  if (typeof name !== 'string') return refused('Dictionary contains no key "command"');
  switch (name) {
    case 'ping':
      return accepted({ command: 'ping' }, body, CALL_KEYS);
    case 'list':
      return accepted(
        { command: 'list', limit: Math.max(0, Number(body.limit ?? 32) || 0) },
        body,
        CALL_KEYS,
      );
    case 'offer':
    case 'answer':
      return readMedia(name, body);
    case 'delete':
    case 'query': {
      const callId = text(body['call-id']);
      if (!callId) return refused('No call-id in message');
      const tags = { callId, fromTag: text(body['from-tag']), toTag: text(body['to-tag']) };
      const command: NgCommand =
        name === 'query'
          ? { command: name, ...tags }
          : { command: name, ...tags, viaBranch: text(body['via-branch']) };
      return accepted(command, body, CALL_KEYS);
    }
    default:
      return refused('Unrecognized command');
  }
}

function readMedia(name: 'offer' | 'answer', body: NgDictionary): ReadCommand {
  const sdp = text(body.sdp);
  const callId = text(body['call-id']);
  const fromTag = text(body['from-tag']);
  const toTag = text(body['to-tag']);
  if (!sdp) return refused('No SDP body in message');
  if (!callId) return refused('No call-id in message');
  if (!fromTag) return refused('No from-tag in message');
  const options: MediaOptions = {
    callId,
    fromTag,
    viaBranch: text(body['via-branch']),
    sdp,
    transportProtocol: oneOf(TRANSPORT_PROTOCOLS, body['transport-protocol']),
    ice: oneOf(ICE_OPTIONS, body.ICE),
    dtls: oneOf(DTLS_OPTIONS, body.DTLS),
    rtcpMux: words(body['rtcp-mux']),
    replace: words(body.replace),
    flags: words(body.flags),
    codec: readCodec(body.codec),
  };
  if (name === 'offer') return accepted({ command: name, ...options, toTag }, body, MEDIA_KEYS);
  if (!toTag) return refused('No to-tag in message');
  return accepted({ command: name, ...options, toTag }, body, MEDIA_KEYS);
}

const TRANSPORT_PROTOCOLS = ['RTP/AVP', 'RTP/AVPF', 'RTP/SAVP', 'RTP/SAVPF', 'UDP/TLS/RTP/SAVPF'] as const;
const ICE_OPTIONS = ['remove', 'force', 'force-relay', 'default', 'optional'] as const;
const DTLS_OPTIONS = ['active', 'passive', 'off', 'no', 'disable'] as const;

function readCodec(value: NgValue | undefined): CodecOptions {
  const codec: NgDictionary = isDictionary(value) ? value : {};
  return {
    strip: names(codec.strip),
    mask: names(codec.mask),
    offer: names(codec.offer),
    except: names(codec.except),
    transcode: names(codec.transcode),
  };
}

function text(value: NgValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function names(value: NgValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

// rtpengine takes "trust address", "trust-address" and any case for the same.
function words(value: NgValue | undefined): string[] {
  return names(value).map((word) => word.toLowerCase().replaceAll(' ', '-'));
}

function oneOf<T extends string>(known: readonly T[], value: NgValue | undefined): T | undefined {
  return known.find((word) => typeof value === 'string' && word.toLowerCase() === value.toLowerCase());
}

function accepted(command: NgCommand, body: NgDictionary, keys: ReadonlySet<string>): ReadCommand {
  return { ok: true, command, unknownKeys: Object.keys(body).filter((key) => !keys.has(key)) };
}

function refused(reason: string): ReadCommand {
  return { ok: false, reason };
}
