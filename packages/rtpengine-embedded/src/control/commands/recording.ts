import type { MediaOptions, RecordingCommand, RecordingReply } from '@ringback/rtpengine-ng';
import type { Call } from '../../call/call.ts';
import { Refusal } from '../refusal.ts';
import type { CommandContext } from './command-context.ts';

/** The whole call is recorded, whoever is named. The reply tells the files. */
export function record(command: RecordingCommand, { calls, recordings }: CommandContext): RecordingReply {
  const call = calls.known(command.callId, 'call-id');
  if (command.command === 'start recording')
    return { result: 'ok', recordings: recordings.start(call, command.recording) };
  const files = recordings.filesOf(call);
  if (command.command === 'pause recording') recordings.pause(call);
  else recordings.stop(call, command.discards);
  return files.length > 0 ? { result: 'ok', recordings: files } : { result: 'ok' };
}

/** What an offer or answer says of recording. A call is not refused for a recording that cannot be. */
export function recordAsAsked(
  call: Call,
  { recordCall, recording }: MediaOptions,
  { recordings }: CommandContext,
): { recordings?: string[] } {
  try {
    if (recordCall === true) recordings.start(call, recording);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    call.logger.error({ reason: error.message }, 'the call is not recorded');
  }
  if (recordCall === false) recordings.stop(call, false);
  recordings.follow(call);
  const files = recordings.filesOf(call);
  return files.length > 0 ? { recordings: files } : {};
}
