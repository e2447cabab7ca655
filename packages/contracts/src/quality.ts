import { type Static, Type } from 'typebox';
import { CandidatePair } from './call.ts';
import { literals, Nullable, Timestamp } from './scalar.ts';

/**
 * One second of the sound that one leg sends, on its way to the other. `mos`: ITU-T G.107, 1 to 4.4, null in a second
 * without sound. `roundTripMs`: between the two endpoints; null while no RTCP has told it.
 */
export const DirectionQuality = Type.Object({
  legId: Type.String({ format: 'uuid' }),
  /** Who sends. */
  role: literals(['caller', 'callee']),
  packets: Type.Integer(),
  packetsLost: Type.Integer(),
  jitterMs: Nullable(Type.Number()),
  roundTripMs: Nullable(Type.Number()),
  mos: Nullable(Type.Number()),
  codec: Nullable(Type.String()),
  /** Nothing for five seconds, and nobody holds the call: the other party hears nothing. */
  silent: Type.Boolean(),
  /** Of a sender behind WebRTC, where the media server tells it; not kept with the seconds, but with the leg. */
  candidatePair: Type.Optional(CandidatePair),
});
export type DirectionQuality = Static<typeof DirectionQuality>;

/**
 * How a call that is up sounded in the second that ended at `time`. It is told as it happens and never again: its `seq` is
 * that of the newest event before it, no `since` brings it back, and a reader that is slow misses some.
 */
export const MediaQualityEvent = Type.Object({
  type: literals(['media.quality']),
  time: Timestamp,
  callId: Type.String({ format: 'uuid' }),
  directions: Type.Array(DirectionQuality),
});
export type MediaQualityEvent = Static<typeof MediaQualityEvent>;

/**
 * How a call sounded in the `seconds` that ended at `time`: one at first, more the longer the call lasts. Packets are their
 * sums; jitter, round trip and MOS the worst of them.
 */
export const QualityPoint = Type.Object({
  time: Timestamp,
  seconds: Type.Integer({ minimum: 1 }),
  directions: Type.Array(DirectionQuality),
});
export type QualityPoint = Static<typeof QualityPoint>;

export const QualityHistory = Type.Object({ points: Type.Array(QualityPoint) });
export type QualityHistory = Static<typeof QualityHistory>;
