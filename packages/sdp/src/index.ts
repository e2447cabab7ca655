export * from './codec.ts';
export { MAX_SDP_BYTES, parseSdp, type Sdp, type SdpMedia, writeSdp } from './description.ts';
export * from './media.ts';
export {
  type AudioAnswer,
  type AudioCapabilities,
  type AudioOffer,
  answerDirection,
  answerTo,
  audioOffer,
  type LocalAudio,
} from './offer-answer.ts';
export { SdpError, type SdpErrorCode } from './sdp-error.ts';
