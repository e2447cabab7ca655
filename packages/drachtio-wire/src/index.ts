export {
  type ApplicationMessage,
  type ApplicationMessageResult,
  decodeApplicationMessage,
  encodeApplicationMessage,
  type ProxyCommand,
  type SipCommand,
} from './application-message.ts';
export { type ApplicationSip, parseApplicationSip, serializeApplicationSip } from './application-sip.ts';
export {
  DEFAULT_MAX_FRAME_BYTES,
  encodeFrame,
  type FrameBatch,
  type FrameError,
  type FrameErrorCode,
  FrameReader,
} from './frame-reader.ts';
export {
  type CdrEvent,
  decodeServerFrame,
  encodeServerMessage,
  formatWireTime,
  type Reply,
  type ServerFrame,
  type ServerMessage,
  UNSOLICITED,
  type WireMeta,
} from './server-message.ts';
