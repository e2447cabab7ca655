import { type Static, Type } from 'typebox';
import { Call, CallRecord, Leg } from './call.ts';
import { SipMessageRecord } from './message.ts';
import { Binding, Subscriber } from './registration.ts';
import { RtcpReport } from './rtcp.ts';
import { literals, Nullable, Timestamp } from './scalar.ts';
import { Why } from './why.ts';

/** Longest text of a call or a speech, in characters. */
export const MAX_TEXT_LENGTH = 5000;

/** No C0/C1 control character may reach a SIP header or a log line. */
const PLAIN_TEXT = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$';
/** A number, a subscriber's name, or a SIP user part. */
const DIALLED = '^[A-Za-z0-9+*#._-]{1,64}$';
/** Text to speak may have line breaks and tabs, but no other control character. */
const SPOKEN_TEXT = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$';

const Text = Type.String({ minLength: 1, maxLength: MAX_TEXT_LENGTH, pattern: SPOKEN_TEXT });

/** RFC 9457. `field` names the part of the request that is wrong, `remedy` what to do. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  field: Type.Optional(Type.String()),
  remedy: Type.Optional(Type.String()),
});
export type Problem = Static<typeof Problem>;

export const PART_NAMES = [
  'sip',
  'media',
  'database',
  'bus',
  'speech',
  'b2bua',
  'voice',
  'gateway',
  'capture',
] as const;
export const PartHealth = Type.Object({
  part: literals(PART_NAMES),
  state: literals(['up', 'degraded', 'down']),
  mode: literals(['embedded', 'external']),
  /** One sentence: what it is, or what is wrong with it. */
  detail: Type.String(),
});
export type PartHealth = Static<typeof PartHealth>;

export const Health = Type.Object({
  status: literals(['up', 'degraded', 'down']),
  version: Type.String(),
  parts: Type.Array(PartHealth),
});
export type Health = Static<typeof Health>;

export const SessionRequest = Type.Object(
  { number: Type.Optional(Type.String({ pattern: DIALLED })) },
  { additionalProperties: false },
);
export type SessionRequest = Static<typeof SessionRequest>;

export const Session = Type.Object({
  number: Type.String(),
  uri: Type.String(),
  username: Type.String(),
  password: Type.String(),
  displayName: Type.String(),
  wsUrl: Type.String(),
  iceServers: Type.Array(Type.Object({ urls: Type.Array(Type.String()) })),
  expiresAt: Timestamp,
});
export type Session = Static<typeof Session>;

export const Voice = Type.Object({
  id: Type.String(),
  name: Type.String(),
  provider: literals(['elevenlabs', 'builtin']),
  language: Nullable(Type.String()),
  labels: Type.Record(Type.String(), Type.String()),
  previewUrl: Nullable(Type.String()),
});
export type Voice = Static<typeof Voice>;

export const VoicePage = Type.Object({ voices: Type.Array(Voice), nextCursor: Nullable(Type.String()) });
export type VoicePage = Static<typeof VoicePage>;

export const SpeechBody = Type.Object(
  { text: Text, voiceId: Type.Optional(Type.String({ minLength: 1, maxLength: 128, pattern: PLAIN_TEXT })) },
  { additionalProperties: false },
);
export type SpeechBody = Static<typeof SpeechBody>;

export const SpeechFile = Type.Object({
  id: Type.String(),
  url: Type.String(),
  durationMs: Type.Integer(),
  provider: literals(['elevenlabs', 'builtin']),
  cached: Type.Boolean(),
  /** From the order to the first sound that could be played, in milliseconds. */
  firstAudioMs: Type.Integer(),
});
export type SpeechFile = Static<typeof SpeechFile>;

export const CallBody = Type.Object(
  {
    to: Type.String({ pattern: DIALLED }),
    text: Text,
    voiceId: Type.Optional(Type.String({ minLength: 1, maxLength: 128, pattern: PLAIN_TEXT })),
    /** Caller name that the phone shows. */
    from: Type.Optional(Type.String({ minLength: 1, maxLength: 64, pattern: PLAIN_TEXT })),
  },
  { additionalProperties: false },
);
export type CallBody = Static<typeof CallBody>;

export const CallAccepted = Type.Object({ id: Type.String({ format: 'uuid' }) });
export type CallAccepted = Static<typeof CallAccepted>;

export const CallPage = Type.Object({ calls: Type.Array(CallRecord), nextCursor: Nullable(Type.String()) });
export type CallPage = Static<typeof CallPage>;

/** Of all the calls that a filter lets through. `mos`: the mean of those that have one. */
export const CallTotals = Type.Object({
  calls: Type.Integer(),
  answered: Type.Integer(),
  talkMs: Type.Integer(),
  mos: Nullable(Type.Number()),
});
export type CallTotals = Static<typeof CallTotals>;

/** How this network is set up, as far as its page tells it. */
export const NetworkSettings = Type.Object({
  /** SIP domain and digest realm. */
  domain: Type.String(),
  sip: Type.Object({
    /** The address that phones are given. */
    host: Type.String(),
    /** UDP and TCP. */
    port: Type.Integer(),
    tlsPort: Type.Integer(),
  }),
  /** Whether phones on other machines reach it. */
  exposed: Type.Boolean(),
  /** Null: records of calls are kept for ever. */
  keepCallsDays: Nullable(Type.Integer()),
});
export type NetworkSettings = Static<typeof NetworkSettings>;

export const CallEventRecord = Type.Object({
  time: Timestamp,
  type: Type.String(),
  legId: Nullable(Type.String()),
  /** Of a leg's event: the SIP status that brought its state. */
  sipStatus: Nullable(Type.Integer()),
  detail: Type.String(),
  /** The key of a `dtmf.received`. */
  digit: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
  /** Of `speech.failed`: what went wrong, for programs, such as `quota`. */
  code: Type.Optional(Type.String()),
});
export type CallEventRecord = Static<typeof CallEventRecord>;

export const CallDetail = Type.Intersect([
  Call,
  Type.Object({
    legs: Type.Array(Leg),
    events: Type.Array(CallEventRecord),
    /** Null while the call is not over. */
    why: Type.Optional(Nullable(Why)),
  }),
]);
export type CallDetail = Static<typeof CallDetail>;

export const MessageList = Type.Object({ messages: Type.Array(SipMessageRecord) });
export type MessageList = Static<typeof MessageList>;

export const RtcpReportList = Type.Object({ reports: Type.Array(RtcpReport) });
export type RtcpReportList = Static<typeof RtcpReportList>;

export const SubscriberList = Type.Object({ subscribers: Type.Array(Subscriber) });
export type SubscriberList = Static<typeof SubscriberList>;

const SubscriberNumber = Type.String({ pattern: '^[A-Za-z0-9+*#._-]{1,32}$' });
const SubscriberName = Type.String({ minLength: 1, maxLength: 64, pattern: PLAIN_TEXT });

export const SubscriberBody = Type.Object(
  { number: Type.Optional(SubscriberNumber), displayName: Type.Optional(SubscriberName) },
  { additionalProperties: false },
);
export type SubscriberBody = Static<typeof SubscriberBody>;

export const SubscriberPatch = Type.Object(
  { displayName: Nullable(SubscriberName) },
  { additionalProperties: false },
);
export type SubscriberPatch = Static<typeof SubscriberPatch>;

/** Transports that a phone is set up for. */
export const PHONE_TRANSPORTS = ['udp', 'tcp', 'tls'] as const;
export type PhoneTransport = (typeof PHONE_TRANSPORTS)[number];

/** A subscriber with a new password, which is told this once. */
export const SubscriberSecret = Type.Object({
  number: Type.String(),
  displayName: Nullable(Type.String()),
  password: Type.String(),
  /** Set-up of Linphone. */
  provisioning: Type.Object({
    /** Gives the file once, without the API token; `?transport=` chooses which. */
    url: Type.String(),
    expiresAt: Timestamp,
    /** The same files. */
    files: Type.Object({ udp: Type.String(), tcp: Type.String(), tls: Type.String() }),
  }),
});
export type SubscriberSecret = Static<typeof SubscriberSecret>;

export const RegistrationList = Type.Object({ registrations: Type.Array(Binding) });
export type RegistrationList = Static<typeof RegistrationList>;
