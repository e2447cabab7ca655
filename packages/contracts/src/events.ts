import { type Static, Type } from 'typebox';
import { Call, LEG_STATES, Leg } from './call.ts';
import { SipMessageRecord } from './message.ts';
import type { MediaQualityEvent } from './quality.ts';
import { Binding } from './registration.ts';
import { literals, Nullable, Timestamp } from './scalar.ts';

/** A call has changed; the whole call as it is now comes along. `call.explained`: some time after its end, on `/ws` alone. */
export const CALL_EVENT_TYPES = [
  'call.queued',
  'call.ringing',
  'call.answered',
  'call.ended',
  'call.explained',
] as const;
export const CallEvent = Type.Object({
  type: literals(CALL_EVENT_TYPES),
  time: Timestamp,
  call: Call,
});
export type CallEvent = Static<typeof CallEvent>;

/** A leg's dialog has a new state; `leg.state` repeats it. */
export const LEG_EVENT_TYPES = LEG_STATES.map((state) => `leg.${state}` as const);
export type LegEventType = (typeof LEG_EVENT_TYPES)[number];
export const LegEvent = Type.Object({
  type: Type.Unsafe<LegEventType>({ type: 'string', enum: [...LEG_EVENT_TYPES] }),
  time: Timestamp,
  leg: Leg,
});
export type LegEvent = Static<typeof LegEvent>;

export const RegistrationEvent = Type.Object({
  type: literals(['registration.added', 'registration.refreshed', 'registration.removed']),
  time: Timestamp,
  binding: Binding,
  /** Why a binding went: its phone said so, it ran out, its connection is gone, or it was ended by hand. */
  reason: Type.Optional(literals(['unregistered', 'expired', 'flow-failed', 'removed'])),
});
export type RegistrationEvent = Static<typeof RegistrationEvent>;

/** What the voice does with a call's text. */
export const SpeechEvent = Type.Object({
  type: literals(['speech.started', 'speech.first-audio', 'speech.finished', 'speech.failed']),
  time: Timestamp,
  callId: Type.String(),
  provider: literals(['elevenlabs', 'builtin']),
  voiceId: Nullable(Type.String()),
  cached: Type.Boolean(),
  durationMs: Nullable(Type.Integer()),
  /** Of `speech.first-audio`: from the order to the first sound that could be played. */
  firstAudioMs: Type.Optional(Type.Integer()),
  /** A sentence with the remedy, for `speech.failed`. */
  problem: Nullable(Type.String()),
  /** What a program calls that problem, such as `quota`. */
  code: Type.Optional(Type.String()),
});
export type SpeechEvent = Static<typeof SpeechEvent>;

/** A party of a call pressed a key. */
export const DtmfEvent = Type.Object({
  type: literals(['dtmf.received']),
  time: Timestamp,
  callId: Type.String({ format: 'uuid' }),
  /** Whose key it was. */
  legId: Type.String({ format: 'uuid' }),
  /** `0` to `9`, `*`, `#`, `A` to `D`; `?` where keys are masked. */
  digit: Type.String({ minLength: 1, maxLength: 1 }),
  /** An RTP event (RFC 4733), or SIP INFO. */
  method: literals(['rtp-event', 'sip-info']),
});
export type DtmfEvent = Static<typeof DtmfEvent>;

/** A call's sound is being written to disk, or no longer is. */
export const RecordingEvent = Type.Object({
  type: literals(['recording.started', 'recording.paused']),
  time: Timestamp,
  callId: Type.String({ format: 'uuid' }),
});
export type RecordingEvent = Static<typeof RecordingEvent>;

export const SipMessageEvent = Type.Object({
  type: literals(['sip.message']),
  time: Timestamp,
  message: SipMessageRecord,
});
export type SipMessageEvent = Static<typeof SipMessageEvent>;

/** What services publish on the bus as it happens. */
export type NetworkEvent =
  | CallEvent
  | LegEvent
  | RegistrationEvent
  | SpeechEvent
  | DtmfEvent
  | RecordingEvent;

/**
 * Told to a reader of `/ws` whose `since` is older than what the gateway still holds: events after
 * `since` and before `seq` are lost to it, so it has to read the lists again.
 */
export const GapEvent = Type.Object({
  type: literals(['stream.gap']),
  time: Timestamp,
  since: Type.Integer(),
});
export type GapEvent = Static<typeof GapEvent>;

/** First on every `/ws` connection: the number of the newest event. */
export const HelloEvent = Type.Object({ type: literals(['stream.hello']), time: Timestamp });
export type HelloEvent = Static<typeof HelloEvent>;

export type StreamEvent = NetworkEvent | SipMessageEvent | MediaQualityEvent | GapEvent | HelloEvent;

/** What `/ws` sends: an event with its number. Numbers only grow, also across a restart of the gateway. */
export type NumberedEvent = StreamEvent & { seq: number };
