import { isIPv6 } from 'node:net';
import {
  audioMedia,
  type Codec,
  type Direction,
  parseSdp,
  type RemoteAudio,
  remoteAudio,
  type Sdp,
  SdpError,
  type SdpMedia,
} from '@ringback/sdp';
import { Refusal } from '../control/refusal.ts';
import { kindOfProtocol, type TransportKind } from '../transport/transport.ts';
import { END_OF_CANDIDATES, type IceDescription, iceLines, readIce } from './ice-description.ts';

/** What an endpoint said about itself, read and checked. */
export type RemoteDescription = {
  sdp: Sdp;
  /** The audio line that is used; any other is refused. */
  media: SdpMedia;
  audio: RemoteAudio;
  kind: TransportKind;
  /** Present for `webrtc`. */
  ice: IceDescription | undefined;
};

/** Reads the SDP of an `offer` or `answer`. Throws Refusal with rtpengine's sentence and what is wrong. */
export function readDescription(text: string): RemoteDescription {
  try {
    const sdp = parseSdp(text);
    const media = audioMedia(sdp);
    const audio = remoteAudio({ ...sdp, media: [media] });
    const kind = kindOfProtocol(media.protocol);
    if (!kind) throw new Refusal(`Unsupported transport protocol ${media.protocol}`);
    return { sdp, media, audio, kind, ice: kind === 'webrtc' ? readIce(sdp, media) : undefined };
  } catch (error) {
    if (error instanceof SdpError) throw new Refusal(`Failed to parse SDP: ${error.message}`);
    throw error;
  }
}

/** Our side of one audio line, as it is told to an endpoint. */
export type LocalDescription = {
  /** The address of the plain sockets, or of the connection line beside the candidates. */
  address: string;
  port: number;
  protocol: string;
  codecs: readonly Codec[];
  direction: Direction;
  /** Left out on request: some phones stumble over it. */
  rtcpPort?: number | undefined;
  ice?: IceDescription | undefined;
  mid?: string | undefined;
  /** What we send with, for receivers that want it declared: exactly this or nothing. */
  ssrc?: { id: number; cname: string } | undefined;
};

/**
 * The description that goes on to the other endpoint: origin, name and time of its `source`, with our address, and one
 * audio line of ours. In an answer, `offer` gives the lines to be refused (RFC 3264 6).
 */
export function writeDescription(source: Sdp, local: LocalDescription, offer?: RemoteDescription): string {
  const { origin, timing } = source;
  const network = `IN ${isIPv6(local.address) ? 'IP6' : 'IP4'} ${local.address}`;
  const audio = audioLines(local);
  const media = offer?.sdp.media.map((line) => (line === offer.media ? audio : refusedLines(line))) ?? [
    audio,
  ];
  return [
    'v=0',
    `o=${origin.username} ${origin.sessionId} ${origin.sessionVersion} ${network}`,
    `s=${source.name ?? '-'}`,
    `c=${network}`,
    `t=${timing?.start ?? 0} ${timing?.stop ?? 0}`,
    ...(local.ice && local.mid !== undefined ? [`a=group:BUNDLE ${local.mid}`] : []),
    ...media.flat(),
    '',
  ].join('\r\n');
}

function audioLines(local: LocalDescription): string[] {
  const { codecs, ice, mid, ssrc, rtcpPort } = local;
  return [
    `m=audio ${local.port} ${local.protocol} ${codecs.map((codec) => codec.payloadType).join(' ')}`,
    ...(mid === undefined ? [] : [`a=mid:${mid}`]),
    ...codecs.flatMap(codecLines),
    `a=${local.direction}`,
    `a=ptime:${codecs[0]?.ptimeMs ?? 20}`,
    ...(rtcpPort === undefined ? [] : [`a=rtcp:${rtcpPort}`]),
    ...(ice ? ['a=rtcp-mux', ...iceLines(ice), END_OF_CANDIDATES] : []),
    ...(ssrc ? [`a=msid:ringback audio`, `a=ssrc:${ssrc.id} cname:${ssrc.cname}`] : []),
  ];
}

function codecLines({ name, payloadType, clockRate, channels, parameters }: Codec): string[] {
  const map = `a=rtpmap:${payloadType} ${name}/${clockRate}${channels ? `/${channels}` : ''}`;
  return parameters === undefined ? [map] : [map, `a=fmtp:${payloadType} ${parameters}`];
}

function refusedLines({ type, protocol, payloads, mid }: SdpMedia): string[] {
  return [
    `m=${type} 0 ${protocol} ${payloads}`,
    ...(mid === undefined ? [] : [`a=mid:${mid}`]),
    'a=inactive',
  ];
}
