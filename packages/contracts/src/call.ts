import { type Static, Type } from 'typebox';
import { literals, Nullable, Timestamp } from './scalar.ts';

/** What a person would say of the call as a whole. */
export const CALL_STATUSES = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
] as const;
export const CallStatus = literals(CALL_STATUSES);
export type CallStatus = (typeof CALL_STATUSES)[number];

/** The state of one leg's dialog, in the words of RFC 4235 3.7.1. */
export const LEG_STATES = ['trying', 'proceeding', 'early', 'confirmed', 'terminated'] as const;
export const LegState = literals(LEG_STATES);
export type LegState = (typeof LEG_STATES)[number];

/** What stands at the far end of a leg. */
export const PARTY_KINDS = ['browser', 'phone', 'voice', 'network'] as const;
export const PartyKind = literals(PARTY_KINDS);
export type PartyKind = (typeof PARTY_KINDS)[number];

/** What ended a call, for programs: the sentence beside it is for people. */
export const END_CODES = [
  // The two parties.
  'hung-up',
  'hung-up-at-once',
  'canceled',
  'refused',
  'no-answer',
  'no-response',
  'no-ack',
  'session-expired',
  'caller-vanished',
  'callee-vanished',
  // What was dialled, by whom and with which media.
  'not-authenticated',
  'unknown-number',
  'no-phone',
  'no-voice',
  'test-number',
  'other-domain',
  'nothing-dialled',
  'bad-offer',
  'media-refused',
  // The network.
  'hung-up-over-api',
  'media-failed',
  'media-lost',
  'media-timeout',
  'media-path-failed',
  'signalling-lost',
  'internal-error',
  'shutdown',
  'interrupted',
  // The voice.
  'no-speech',
  'no-media-ports',
  'voice-stopped',
  'sip-server-silent',
  'sip-server-gone',
  'no-calls-taken',
] as const;
export type EndCode = (typeof END_CODES)[number];

/**
 * The end of a call as one value. Record, event, metric and SIP response are derived from it.
 * `sipStatus`: 200 for a call that ended by BYE, otherwise the final response (RFC 3261 21).
 * `q850Cause`: ITU-T Q.850 cause, as in a Reason header (RFC 3326).
 */
export const CallEnd = Type.Object({
  by: literals(['caller', 'callee', 'network']),
  sipStatus: Type.Integer({ minimum: 200, maximum: 699 }),
  q850Cause: Type.Integer({ minimum: 1, maximum: 127 }),
  sentence: Type.String(),
  /** Absent in records that are older than the codes. */
  code: Type.Optional(literals(END_CODES)),
});
export type CallEnd = Static<typeof CallEnd>;

/** One end of the path that ICE has chosen (RFC 8445 5.1.1). */
export const IceCandidate = Type.Object({
  type: literals(['host', 'srflx', 'prflx', 'relay']),
  transport: literals(['udp', 'tcp']),
  address: Type.String(),
  port: Type.Integer(),
});
export type IceCandidate = Static<typeof IceCandidate>;

/** The candidate pair between the media server (`local`) and a WebRTC endpoint (`remote`). */
export const CandidatePair = Type.Object({ local: IceCandidate, remote: IceCandidate });
export type CandidatePair = Static<typeof CandidatePair>;

/** Why a call ended as it did: the rule that found it, and one sentence. */
export const Explanation = Type.Object({ rule: Type.String(), sentence: Type.String() });
export type Explanation = Static<typeof Explanation>;

/** What the media server counted of the RTP that one leg sent to it. */
export const ReceivedMedia = Type.Object({
  packets: Type.Integer(),
  bytes: Type.Integer(),
  packetsLost: Nullable(Type.Integer()),
  jitterMs: Nullable(Type.Number()),
  roundTripMs: Nullable(Type.Number()),
  mos: Nullable(Type.Number()),
  codec: Nullable(Type.String()),
  /** Of a WebRTC leg; absent with a media server that does not tell it, as rtpengine. */
  candidatePair: Type.Optional(CandidatePair),
});
export type ReceivedMedia = Static<typeof ReceivedMedia>;

/** One SIP dialog with one endpoint. `caller` is the leg that came in, `callee` a leg that went out. */
export const Leg = Type.Object({
  id: Type.String({ format: 'uuid' }),
  callId: Type.String({ format: 'uuid' }),
  role: literals(['caller', 'callee']),
  state: LegState,
  /** The Call-ID header of the leg's dialog: what joins SIP messages to the call. */
  sipCallId: Type.String(),
  number: Type.String(),
  displayName: Nullable(Type.String()),
  kind: PartyKind,
  transport: Nullable(Type.String()),
  remoteAddress: Nullable(Type.String()),
  userAgent: Nullable(Type.String()),
  startedAt: Timestamp,
  answeredAt: Nullable(Timestamp),
  endedAt: Nullable(Timestamp),
  /** Last SIP status of the leg's INVITE; null while none came. */
  sipStatus: Nullable(Type.Integer()),
  media: Nullable(ReceivedMedia),
});
export type Leg = Static<typeof Leg>;

export const CallParty = Type.Object({
  number: Type.String(),
  displayName: Nullable(Type.String()),
});
export type CallParty = Static<typeof CallParty>;

/** A call as the list shows it. `durationMs` runs from the answer to the end. */
export const Call = Type.Object({
  id: Type.String({ format: 'uuid' }),
  status: CallStatus,
  from: CallParty,
  to: CallParty,
  /** What is spoken, when the call was asked for over REST. */
  text: Nullable(Type.String()),
  voiceId: Nullable(Type.String()),
  /** Which synthesizer spoke; null until speech starts. */
  speechProvider: Nullable(literals(['elevenlabs', 'builtin'])),
  /** From the order to the first sound that could be played, and whether it was kept from an earlier time. */
  firstAudioMs: Type.Optional(Nullable(Type.Integer())),
  speechCached: Type.Optional(Nullable(Type.Boolean())),
  createdAt: Timestamp,
  ringingAt: Nullable(Timestamp),
  answeredAt: Nullable(Timestamp),
  endedAt: Nullable(Timestamp),
  durationMs: Nullable(Type.Integer()),
  /** The worse direction's, as the media server counted at the end; absent in what a service tells before that. */
  mos: Type.Optional(Nullable(Type.Number())),
  end: Nullable(CallEnd),
  /** Why it ended so, in short; the whole of it stands in the call's `why`. Null until somebody has looked. */
  explanation: Type.Optional(Nullable(Explanation)),
});
export type Call = Static<typeof Call>;

/** What a list tells of a leg. */
export const LegSummary = Type.Pick(Leg, [
  'role',
  'number',
  'kind',
  'transport',
  'remoteAddress',
  'userAgent',
  'sipCallId',
]);
export type LegSummary = Static<typeof LegSummary>;

/** A call in a list of records; absent legs are not known yet. */
export const CallRecord = Type.Intersect([
  Call,
  Type.Object({ legs: Type.Optional(Type.Array(LegSummary)) }),
]);
export type CallRecord = Static<typeof CallRecord>;

export function isEnded(status: CallStatus): boolean {
  return status !== 'queued' && status !== 'ringing' && status !== 'in-progress';
}
