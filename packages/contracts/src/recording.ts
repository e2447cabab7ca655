import { type Static, Type } from 'typebox';
import { literals, Timestamp } from './scalar.ts';

/** What is asked of a call that is up. */
export const RecordingBody = Type.Object({ on: Type.Boolean() }, { additionalProperties: false });
export type RecordingBody = Static<typeof RecordingBody>;

/**
 * The recording of a call. `running` while its sound is written, `paused` while the call goes on unwritten (silence in the
 * file), `ended` with the call. The sound begins at `startedAt`: the caller on the left, the called party on the right.
 */
export const CallRecording = Type.Object({
  state: literals(['running', 'paused', 'ended']),
  startedAt: Timestamp,
  /** Bytes of the WAV file so far. */
  bytes: Type.Integer(),
});
export type CallRecording = Static<typeof CallRecording>;

/** `recording` is null for a call that was never recorded, or whose files are not on this machine. */
export const RecordingState = Type.Object({ recording: Type.Union([CallRecording, Type.Null()]) });
export type RecordingState = Static<typeof RecordingState>;

/** Files of one call, by name, in the folder `recordings` of the data directory. */
export interface RecordingFiles {
  wav: string;
  pcap: string;
  text: string;
}
