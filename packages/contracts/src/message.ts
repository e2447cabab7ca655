import { type Static, Type } from 'typebox';
import { literals, Nullable, Timestamp } from './scalar.ts';

/** One SIP message as it passed the SIP server, from its HEP capture. */
export const SipMessageRecord = Type.Object({
  id: Type.String(),
  callId: Nullable(Type.String()),
  legId: Nullable(Type.String()),
  sipCallId: Type.String(),
  time: Timestamp,
  /** Microseconds since the epoch, for order and for the ladder's axis. */
  timeUs: Type.Integer(),
  transport: literals(['udp', 'tcp', 'tls', 'ws', 'wss']),
  source: Type.String(),
  destination: Type.String(),
  /** `in`: towards the SIP server, `out`: from it. */
  direction: literals(['in', 'out']),
  /** `INVITE sip:1001@…` or `180 Ringing`. */
  summary: Type.String(),
  method: Type.String(),
  status: Nullable(Type.Integer()),
  cseq: Type.String(),
  raw: Type.String(),
});
export type SipMessageRecord = Static<typeof SipMessageRecord>;
