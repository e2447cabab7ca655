import { isWebRtc, TRANSPORTS } from '@ringback/sdp';

/** What kind of media one side of a call speaks, and who was first to describe it. */
export interface MediaSide {
  /** The transport of its audio line: `UDP/TLS/RTP/SAVPF` for a browser, mostly `RTP/AVP` for a phone. */
  readonly transport: string;
  /** True for a browser: ICE, DTLS-SRTP, one port. False for anything else. */
  readonly webRtc: boolean;
  /** True for the side whose offer began the call. DTLS roles may not change later (RFC 8842 5.2). */
  readonly offeredFirst: boolean;
}

/** The options of an NG `offer` or `answer` that say how the side that gets the SDP wants its media. */
export type NgProfile = Readonly<Record<string, unknown>>;

const BROWSER = 'UDP/TLS/RTP/SAVPF';
const PHONE = 'RTP/AVP';
// G.711 passes from end to end wherever both know it. The rest is hidden, not stripped: rtpengine stands in with it for one
// who knows no G.711, such as a browser with Opus alone. A browser is shown Opus last, as what it takes when it has to.
const PHONE_CODECS = {
  mask: ['all'],
  offer: ['PCMU', 'PCMA', 'telephone-event'],
  transcode: ['PCMU'],
};
const BROWSER_CODECS = {
  mask: ['all'],
  offer: ['PCMU', 'PCMA', 'opus', 'telephone-event'],
  transcode: ['PCMU', 'opus'],
};
const REPLACE = ['origin', 'session-connection'];

/** The caller's side, from the SDP of its INVITE. */
export function callerSide(sdp: string): MediaSide {
  const webRtc = isWebRtc(sdp);
  return { transport: webRtc ? BROWSER : phoneTransport(sdp), webRtc, offeredFirst: true };
}

/** A called contact's side: browsers are what registers over WebSocket, except our own voices, which speak plain RTP. */
export function calleeSide(transport: string, isVoice: boolean): MediaSide {
  const webRtc = !isVoice && (transport === 'ws' || transport === 'wss');
  return { transport: webRtc ? BROWSER : PHONE, webRtc, offeredFirst: false };
}

/** An offer that `side` will get. A browser that answers must be the active DTLS end, so rtpengine waits. */
export function offerProfile(side: MediaSide): NgProfile {
  if (!side.webRtc) return { ...plain(side.transport), codec: PHONE_CODECS };
  return {
    ...WEB_RTC,
    'rtcp-mux': ['offer', 'require'],
    ...(side.offeredFirst ? {} : { DTLS: 'passive' }),
    codec: BROWSER_CODECS,
  };
}

/**
 * An answer that `side` will get to its `offer`. A browser that offered gets no DTLS option: rtpengine is then the
 * active end. A phone gets the transport that it offered (RFC 3264 6).
 */
export function answerProfile(side: MediaSide, offer: string): NgProfile {
  return side.webRtc ? { ...WEB_RTC, 'rtcp-mux': ['require'] } : plain(phoneTransport(offer));
}

function phoneTransport(sdp: string): string {
  const offered = /^m=audio \d+ (\S+) /m.exec(sdp)?.[1];
  return TRANSPORTS.find((known) => known === offered && known !== BROWSER) ?? PHONE;
}

const WEB_RTC: NgProfile = {
  'transport-protocol': BROWSER,
  ICE: 'force',
  replace: REPLACE,
  flags: ['trust-address', 'generate-mid'],
};

function plain(transport: string): NgProfile {
  return {
    'transport-protocol': transport,
    ICE: 'remove',
    'rtcp-mux': ['demux'],
    replace: REPLACE,
    flags: ['trust-address', 'no-rtcp-attribute'],
  };
}
