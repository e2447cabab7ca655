import { type Codec, isAuxiliary, isTelephoneEvent, staticCodec } from './codec.ts';
import { parseSdp, type Sdp, type SdpMedia } from './description.ts';
import { SdpError } from './sdp-error.ts';

/** RFC 3264 5.1; absent means sendrecv. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** The transport profiles that are known by name: RFC 3551, 4585, 3711, 5124, 5764. */
export const TRANSPORTS = [
  'RTP/AVP',
  'RTP/AVPF',
  'RTP/SAVP',
  'RTP/SAVPF',
  'UDP/TLS/RTP/SAVP',
  'UDP/TLS/RTP/SAVPF',
] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Where and how the other side wants its audio. */
export type RemoteAudio = {
  address: string;
  port: number;
  /** The RTP port itself with rtcp-mux, else from `a=rtcp` (RFC 3605), else the next port. */
  rtcpPort: number;
  /** That of the audio unless `a=rtcp` names another (RFC 3605 2.1). */
  rtcpAddress: string;
  rtcpMux: boolean;
  /** The first format that can carry speech. */
  codec: Codec;
  /** Every format offered or answered, in the order of preference. */
  codecs: readonly Codec[];
  dtmfPayloadType: number | undefined;
  /** As its sender sees it: `sendonly` means that it only sends. An address of 0.0.0.0 takes away its receiving. */
  direction: Direction;
  ptimeMs: number;
  transport: Transport;
  isWebRtc: boolean;
};

/** Formats of one m-line in order of preference: rtpmap, or the static table (RFC 3551 6). Unknown numbers are left out. */
export function codecsOf(media: SdpMedia): Codec[] {
  const payloadTypes = String(media.payloads).trim().split(/\s+/).map(Number);
  return payloadTypes.flatMap((payloadType) => {
    const map = media.rtp.find((rtp) => rtp.payload === payloadType);
    const known = staticCodec(payloadType);
    if (!map) return known ? [{ ...known, ptimeMs: ptimeOf(media, known) }] : [];
    const parameters = media.fmtp.find((fmtp) => fmtp.payload === payloadType)?.config;
    const channels = Number(map.encoding ?? 1);
    const codec: Codec = {
      name: String(map.codec),
      payloadType,
      clockRate: map.rate ?? 8000,
      ptimeMs: ptimeOf(media, known),
      ...(channels > 1 && { channels }),
      ...(parameters !== undefined && { parameters: String(parameters) }),
    };
    return [codec];
  });
}

/** Packet length asked for, or the usual one, up to the longest that is taken; a zero, seen in the wild, counts as not given. */
function ptimeOf({ ptime, maxptime }: SdpMedia, known: Codec | undefined): number {
  const given = (ms: number | undefined) => (ms !== undefined && ms >= 1 ? ms : undefined);
  return Math.min(given(ptime) ?? known?.ptimeMs ?? 20, given(maxptime) ?? Number.POSITIVE_INFINITY);
}

/** The first audio line that is not refused. Throws SdpError `no-audio`. */
export function audioMedia(sdp: Sdp): SdpMedia {
  const media = sdp.media.find((line) => line.type === 'audio' && line.port !== 0);
  if (!media) throw new SdpError('no-audio', 'no audio line with a port');
  return media;
}

export function transportOf(media: SdpMedia): Transport {
  const transport = TRANSPORTS.find((known) => known === media.protocol);
  if (!transport) throw new SdpError('unsupported-transport', `transport ${media.protocol} is not known`);
  return transport;
}

function directionOf(sdp: Sdp, media: SdpMedia, address: string): Direction {
  const stated = media.direction ?? sdp.direction ?? 'sendrecv';
  // RFC 3264 8.4: hold as RFC 2543 said it, by a connection address of zero. With ICE it only means that the candidates
  // are still to come (RFC 8839 4.3.1).
  if (address !== '0.0.0.0' || media.protocol.startsWith('UDP/TLS/')) return stated;
  return stated === 'sendrecv' || stated === 'sendonly' ? 'sendonly' : 'inactive';
}

/** Reads the audio of a description. Throws SdpError: `malformed`, `no-audio`, `unsupported-transport`. */
export function remoteAudio(description: string | Sdp): RemoteAudio {
  const sdp = typeof description === 'string' ? parseSdp(description) : description;
  const media = audioMedia(sdp);
  const address = (media.connection ?? sdp.connection)?.ip.split('/')[0];
  if (!address) throw new SdpError('malformed', 'the audio has no connection address (c=)');
  const codecs = codecsOf(media);
  const codec = codecs.find((candidate) => !isAuxiliary(candidate));
  if (!codec) throw new SdpError('no-audio', 'the audio line names no speech codec');
  const transport = transportOf(media);
  const rtcpMux = media.rtcpMux !== undefined;
  return {
    address,
    port: media.port,
    rtcpPort: rtcpMux ? media.port : (media.rtcp?.port ?? Math.min(media.port + 1, 65_535)),
    rtcpAddress: rtcpMux ? address : (media.rtcp?.address ?? address),
    rtcpMux,
    codec,
    codecs,
    // RFC 4733 2.1: events run on the clock of the audio they replace.
    dtmfPayloadType: codecs.find((event) => isTelephoneEvent(event) && event.clockRate === codec.clockRate)
      ?.payloadType,
    direction: directionOf(sdp, media, address),
    ptimeMs: codec.ptimeMs,
    transport,
    isWebRtc: transport.startsWith('UDP/TLS/'),
  };
}

/** True when the audio is asked for over DTLS-SRTP, as browsers do. False for anything else, garbage included. */
export function isWebRtc(description: string): boolean {
  return /^m=audio [1-9]\d* UDP\/TLS\/RTP\/SAVPF? /m.test(description.slice(0, 65_536));
}
