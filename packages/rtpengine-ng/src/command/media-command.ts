import { type CodecOptions, readCodecOptions } from './codec-options.ts';
import { type CommandBody, UnreadableCommand } from './command-body.ts';
import type { NgFlag } from './flags.ts';
import { type RecordingOptions, readRecordingOptions } from './recording-command.ts';
import { readSdesOptions, type SdesOptions } from './sdes-options.ts';
import { readSimulation, type Simulation } from './simulation.ts';

const TRANSPORT_PROTOCOLS = [
  'RTP/AVP',
  'RTP/AVPF',
  'RTP/SAVP',
  'RTP/SAVPF',
  'UDP/TLS/RTP/SAVP',
  'UDP/TLS/RTP/SAVPF',
] as const;
const ICE_OPTIONS = ['remove', 'force', 'force-relay', 'default', 'optional'] as const;
const DTLS_OPTIONS = ['active', 'passive', 'off', 'no', 'disable', 'disabled'] as const;
const RTCP_MUX_OPTIONS = ['offer', 'require', 'demux', 'accept', 'reject'] as const;
const REPLACE_OPTIONS = [
  'origin',
  'origin-full',
  'session-connection',
  'session-name',
  'sdp-version',
  'username',
  'zero-address',
  'force-increment-sdp-ver',
] as const;

/** RFC 3264 side of an `offer` or `answer`: which transport the receiver of the rewritten SDP shall get. */
export type TransportProtocol = (typeof TRANSPORT_PROTOCOLS)[number];
export type IceOption = (typeof ICE_OPTIONS)[number];
export type DtlsOption = 'active' | 'passive' | 'off';
export type RtcpMuxOption = (typeof RTCP_MUX_OPTIONS)[number];
export type ReplaceOption = (typeof REPLACE_OPTIONS)[number];

/** What `offer` and `answer` have in common; what is absent is as it was, or as the other side has it. */
export type MediaOptions = {
  readonly callId: string;
  readonly fromTag: string;
  readonly viaBranch: string | undefined;
  readonly sdp: string;
  /** Name for the sender, by which later commands may select it. */
  readonly label: string | undefined;
  readonly transportProtocol: TransportProtocol | undefined;
  /** Of an answer: it may have another transport than was offered, and the offerer is told so. */
  readonly acceptsTransport: boolean;
  readonly ice: IceOption | undefined;
  readonly dtls: DtlsOption | undefined;
  readonly sdes: SdesOptions;
  readonly rtcpMux: readonly RtcpMuxOption[];
  readonly replace: readonly ReplaceOption[];
  readonly flags: readonly NgFlag[];
  readonly codec: CodecOptions;
  readonly ptimeMs: number | undefined;
  /** Towards the sender of the offer. */
  readonly ptimeReverseMs: number | undefined;
  readonly addressFamily: 'IP4' | 'IP6' | undefined;
  /** Names of interfaces: of the sender, of the receiver. */
  readonly direction: readonly [from: string | undefined, to: string | undefined];
  /** In place of every address in the description. */
  readonly mediaAddress: string | undefined;
  /** Where the SIP message came from. */
  readonly receivedFrom: string | undefined;
  readonly mediaTimeoutSec: number | undefined;
  /** True starts, false ends recording. */
  readonly recordCall: boolean | undefined;
  readonly recording: RecordingOptions;
  /** A bad network for the sender of this message; absent leaves what there is. */
  readonly simulation: Simulation | undefined;
};

export type OfferCommand = MediaOptions & { readonly command: 'offer'; readonly toTag: string | undefined };
export type AnswerCommand = MediaOptions & { readonly command: 'answer'; readonly toTag: string };

export function readOffer(body: CommandBody): OfferCommand {
  return { command: 'offer', ...readMediaOptions(body), toTag: body.text('to-tag') };
}

export function readAnswer(body: CommandBody): AnswerCommand {
  const options = readMediaOptions(body);
  return { command: 'answer', ...options, toTag: body.required('to-tag') };
}

function readMediaOptions(body: CommandBody): MediaOptions {
  const sdp = body.text('sdp');
  if (sdp === undefined) throw new UnreadableCommand('No SDP body in message');
  const callId = body.required('call-id');
  const fromTag = body.required('from-tag');
  return {
    callId,
    fromTag,
    viaBranch: body.text('via-branch'),
    sdp,
    label: body.text('set-label') ?? body.text('label'),
    ...readTransport(body),
    ...readAddresses(body),
    rtcpMux: body.words('rtcp-mux', RTCP_MUX_OPTIONS),
    replace: body.words('replace', REPLACE_OPTIONS),
    flags: body.flags,
    codec: readCodecOptions(body),
    ptimeMs: positive(body, 'ptime'),
    ptimeReverseMs: positive(body, 'ptime-reverse'),
    mediaTimeoutSec: positive(body, 'media-timeout'),
    recordCall: body.truth('record-call') ?? (body.flags.includes('record-call') ? true : undefined),
    recording: readRecordingOptions(body),
    simulation: readSimulation(body),
  };
}

function readTransport(body: CommandBody) {
  const accepts = body.text('transport-protocol')?.toLowerCase() === 'accept';
  const dtls = body.word('dtls', DTLS_OPTIONS);
  return {
    transportProtocol: accepts ? undefined : body.word('transport-protocol', TRANSPORT_PROTOCOLS),
    acceptsTransport: accepts,
    ice: body.word('ice', ICE_OPTIONS),
    dtls: dtls === undefined || dtls === 'active' || dtls === 'passive' ? dtls : 'off',
    sdes: readSdesOptions(body),
  } as const;
}

function readAddresses(body: CommandBody) {
  const [from, to] = body.list('direction');
  return {
    addressFamily: body.word('address-family', ['IP4', 'IP6']),
    direction: [body.text('from-interface') ?? from, body.text('to-interface') ?? to],
    mediaAddress: body.text('media-address'),
    // A pair of family and address, or the address alone.
    receivedFrom: body.list('received-from').at(-1),
  } as const;
}

function positive(body: CommandBody, name: string): number | undefined {
  const value = body.integerOrNote(name);
  return value !== undefined && value > 0 ? value : undefined;
}
