import { digitOfEvent } from '@ringback/rtp';
import type {
  OkReply,
  PlayDtmfCommand,
  PlayMediaCommand,
  PlayMediaReply,
  StopMediaCommand,
  StopMediaReply,
} from '@ringback/rtpengine-ng';
import type { Party } from '../../call/party.ts';
import type { Sound } from '../../playback/sound.ts';
import type { Studio } from '../../playback/studio.ts';
import { Refusal } from '../refusal.ts';
import type { CommandContext } from './command-context.ts';
import { participants } from './participants.ts';

/** Plays a file to those named, who go on hearing their peer. */
export async function playMedia(
  command: PlayMediaCommand,
  { calls, studio }: CommandContext,
): Promise<PlayMediaReply> {
  participants(calls.known(command.callId), command.who);
  const sound = await soundOf(command, studio);
  // While the file was read the call may have ended.
  const call = calls.known(command.callId);
  const options = {
    repeatTimes: command.repeatTimes,
    durationMs: shorter(command.durationMs, command.repeatDurationMs),
    startPosition: command.startPosition,
  };
  for (const party of participants(call, command.who)) {
    const ended = () =>
      call.logger.info({ tag: party.tag, source: command.source.kind }, 'media played to its end');
    if (!(await studio.play(party, sound, options, ended)))
      throw new Refusal(`${name(party)} has no media to play to`);
    call.logger.info(
      { tag: party.tag, source: command.source.kind, durationMs: sound.durationMs },
      'playing media',
    );
  }
  return { result: 'ok', duration: sound.durationMs };
}

function shorter(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

async function soundOf({ source }: PlayMediaCommand, { library }: Studio): Promise<Sound> {
  try {
    return await (source.kind === 'file' ? library.fromFile(source.path) : library.fromBlob(source.bytes));
  } catch (error) {
    if (error instanceof Refusal)
      throw new Refusal(`Failed to start media playback from ${source.kind}: ${error.message}`);
    throw error;
  }
}

/** Ends what is played to those named; what is not being played has ended already. */
export function stopMedia(command: StopMediaCommand, { calls, studio }: CommandContext): StopMediaReply {
  const call = calls.known(command.callId);
  const positions = participants(call, command.who).map((party) => studio.stop(party));
  return { result: 'ok', 'last-frame-pos': positions.find((position) => position !== undefined) ?? 0 };
}

/** Presses a key in the name of those named: their peers hear it. */
export async function playDtmf(
  command: PlayDtmfCommand,
  { calls, studio }: CommandContext,
): Promise<OkReply> {
  const call = calls.known(command.callId);
  const key = {
    digit: digitOfEvent(command.event) ?? '0',
    durationMs: command.durationMs,
    pauseMs: command.pauseMs,
    levelDbm0: -command.volume,
  };
  for (const party of participants(call, command.who)) {
    if (!party.peer) throw new Refusal(`${name(party)} speaks to nobody who could hear DTMF`);
    if (!(await studio.press(party.peer, key)))
      throw new Refusal(`${name(party.peer)} takes no DTMF, or has too much of it waiting`);
  }
  return { result: 'ok' };
}

const name = ({ tag }: Party) => `The party with tag ${JSON.stringify(tag)}`;
