import type { CommandBody } from './command-body.ts';

/** Where a recording goes, and what stands beside it. */
export type RecordingOptions = {
  /** Name of the file, without an ending. */
  readonly file: string | undefined;
  readonly directory: string | undefined;
  readonly pattern: string | undefined;
  /** Free text, or `key:value` pairs between `|`. */
  readonly metadata: string | undefined;
};

export type RecordingCommand = {
  readonly command: 'start recording' | 'stop recording' | 'pause recording';
  readonly callId: string;
  /** Whom the metadata is about; the whole call is recorded all the same. */
  readonly fromTag: string | undefined;
  /** Of `stop recording`: what was recorded is not wanted. */
  readonly discards: boolean;
  readonly recording: RecordingOptions;
};

/** `stop recording` with the flag `pause`, or with `pause=yes`, is `pause recording`. */
export function readRecording(command: RecordingCommand['command'], body: CommandBody): RecordingCommand {
  const callId = body.required('call-id');
  const pauses = body.flags.includes('pause') || (body.has('pause') && body.truth('pause') === true);
  return {
    command: command === 'stop recording' && pauses ? 'pause recording' : command,
    callId,
    fromTag: body.text('from-tag'),
    discards: body.flags.includes('discard-recording'),
    recording: readRecordingOptions(body),
  };
}

export function readRecordingOptions(body: CommandBody): RecordingOptions {
  return {
    file: body.text('recording-file'),
    directory: body.text('recording-dir'),
    pattern: body.text('recording-pattern'),
    metadata: body.text('metadata'),
  };
}
