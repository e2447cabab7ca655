import { isIP } from 'node:net';
import type { MediaOptions } from '@ringback/rtpengine-ng';
import {
  audioMedia,
  parseSdp,
  type RemoteAudio,
  remoteAudio,
  type Sdp,
  SdpError,
  type SdpMedia,
} from '@ringback/sdp';
import { Refusal } from '../control/refusal.ts';
import { kindOfProtocol, type TransportKind } from '../transport/transport.ts';
import { type IceDescription, readIce } from './ice-description.ts';
import { type CryptoLines, readCryptoLines } from './sdes-session.ts';

/** What an endpoint said about itself, read and checked. */
export type RemoteDescription = {
  sdp: Sdp;
  /** The audio line that is used; any other is refused. */
  media: SdpMedia;
  audio: RemoteAudio;
  /** By its profile. */
  kind: TransportKind;
  /** Present for `webrtc`. */
  ice: IceDescription | undefined;
  crypto: CryptoLines;
};

/** Reads the SDP of an `offer` or `answer`. Throws Refusal with rtpengine's sentence and what is wrong. */
export function readDescription(text: string): RemoteDescription {
  try {
    const sdp = parseSdp(text);
    const media = audioMedia(sdp);
    const audio = remoteAudio({ ...sdp, media: [media] });
    const kind = kindOfProtocol(media.protocol);
    if (!kind) throw new Refusal(`Unsupported transport protocol ${media.protocol}`);
    const crypto = readCryptoLines(text, sdp.media.indexOf(media));
    return { sdp, media, audio, kind, ice: kind === 'webrtc' ? readIce(sdp, media) : undefined, crypto };
  } catch (error) {
    if (error instanceof SdpError) throw new Refusal(`Failed to parse SDP: ${error.message}`);
    throw error;
  }
}

/** Reads the description of a command: by `SIP-source-address`, media goes where the SIP message came from. */
export function describedBy({ sdp, flags, receivedFrom }: MediaOptions): RemoteDescription {
  const description = readDescription(sdp);
  if (!flags.includes('sip-source-address') || receivedFrom === undefined || !isIP(receivedFrom))
    return description;
  return {
    ...description,
    audio: { ...description.audio, address: receivedFrom, rtcpAddress: receivedFrom },
  };
}

/** Where its RTCP goes when it is not on the port of RTP, whatever was offered (RFC 5761 5.1.1). */
export function withOwnRtcpPort({ audio, media }: RemoteDescription): RemoteAudio {
  if (!audio.rtcpMux) return audio;
  return {
    ...audio,
    rtcpPort: media.rtcp?.port ?? Math.min(audio.port + 1, 65_535),
    rtcpAddress: media.rtcp?.address ?? audio.address,
  };
}
