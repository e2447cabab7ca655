import { isWebRtc } from '@ringback/sdp';

/** What kind of media one side of a call speaks, and who was first to describe it. */
export interface MediaSide {
  /** True for a browser: ICE, DTLS-SRTP, one port. False for plain RTP. */
  readonly webRtc: boolean;
  /** True for the side whose offer began the call. DTLS roles may not change later (RFC 8842 5.2). */
  readonly offeredFirst: boolean;
}

/** The options of an NG `offer` or `answer` that say how the side that gets the SDP wants its media. */
export type NgProfile = Readonly<Record<string, unknown>>;

// Both media servers pass these through; anything else would need transcoding.
const CODECS = { strip: ['all'], offer: ['PCMU', 'PCMA', 'telephone-event'] };
const REPLACE = ['origin', 'session-connection'];

/** The caller's side, from the SDP of its INVITE. */
export function callerSide(sdp: string): MediaSide {
  return { webRtc: isWebRtc(sdp), offeredFirst: true };
}

/** A called contact's side: browsers are what registers over WebSocket, except our own voices, which speak plain RTP. */
export function calleeSide(transport: string, isVoice: boolean): MediaSide {
  return { webRtc: !isVoice && (transport === 'ws' || transport === 'wss'), offeredFirst: false };
}

/** An offer that `side` will get. A browser that answers must be the active DTLS end, so rtpengine waits. */
export function offerProfile(side: MediaSide): NgProfile {
  if (!side.webRtc) return { ...PLAIN, codec: CODECS };
  return {
    ...WEB_RTC,
    'rtcp-mux': ['offer', 'require'],
    ...(side.offeredFirst ? {} : { DTLS: 'passive' }),
    codec: CODECS,
  };
}

/** An answer that `side` will get. A browser that offered gets no DTLS option: rtpengine is then the active end. */
export function answerProfile(side: MediaSide): NgProfile {
  return side.webRtc ? { ...WEB_RTC, 'rtcp-mux': ['require'] } : PLAIN;
}

const WEB_RTC: NgProfile = {
  'transport-protocol': 'UDP/TLS/RTP/SAVPF',
  ICE: 'force',
  replace: REPLACE,
  flags: ['trust-address', 'generate-mid'],
};

const PLAIN: NgProfile = {
  'transport-protocol': 'RTP/AVP',
  ICE: 'remove',
  'rtcp-mux': ['demux'],
  replace: REPLACE,
  flags: ['trust-address', 'no-rtcp-attribute'],
};
