import type { NgDictionary } from '../value.ts';
import {
  type DeleteCommand,
  type ListCommand,
  type PingCommand,
  type QueryCommand,
  readDelete,
  readList,
  readQuery,
  type StatisticsCommand,
} from './call-command.ts';
import { CommandBody, type CommandNotes, UnreadableCommand } from './command-body.ts';
import { GATE_COMMANDS, type GateCommand, readGate } from './gate-command.ts';
import { type AnswerCommand, type OfferCommand, readAnswer, readOffer } from './media-command.ts';
import {
  type PlayDtmfCommand,
  type PlayMediaCommand,
  readPlayDtmf,
  readPlayMedia,
  readStopMedia,
  type StopMediaCommand,
} from './playback-command.ts';
import { type RecordingCommand, readRecording } from './recording-command.ts';

export type NgCommand =
  | PingCommand
  | ListCommand
  | StatisticsCommand
  | OfferCommand
  | AnswerCommand
  | DeleteCommand
  | QueryCommand
  | PlayMediaCommand
  | StopMediaCommand
  | PlayDtmfCommand
  | RecordingCommand
  | GateCommand;
export type NgCommandName = NgCommand['command'];

export type ReadCommand =
  | { ok: true; command: NgCommand; notes: CommandNotes }
  | { ok: false; reason: string };

type Reader = (body: CommandBody) => NgCommand;

const READERS = new Map<string, Reader>([
  ['ping', () => ({ command: 'ping' })],
  ['statistics', () => ({ command: 'statistics' })],
  ['list', readList],
  ['offer', readOffer],
  ['answer', readAnswer],
  ['delete', readDelete],
  ['query', readQuery],
  ['play media', readPlayMedia],
  ['stop media', readStopMedia],
  ['play DTMF', readPlayDtmf],
  ['start recording', (body) => readRecording('start recording', body)],
  ['stop recording', (body) => readRecording('stop recording', body)],
  ['pause recording', (body) => readRecording('pause recording', body)],
  ...GATE_COMMANDS.map((name): [string, Reader] => [name, (body) => readGate(name, body)]),
]);

/** Commands of rtpengine that are not here, with what to do instead. */
const ELSEWHERE = new Map([
  ['publish', 'use offer and answer'],
  ['subscribe request', 'a recording has both sides: use start recording'],
  ['subscribe answer', 'a recording has both sides: use start recording'],
  ['unsubscribe', 'there are no subscriptions to end'],
  ['connect', 'use offer and answer'],
  ['cli', 'use the commands of this protocol'],
]);

/** Reads a command. The reasons of refusal are rtpengine's own sentences where it has them. */
export function readCommand(body: NgDictionary): ReadCommand {
  const name = body.command;
  if (typeof name !== 'string') return refused('Dictionary contains no key "command"');
  const read = READERS.get(name);
  if (!read) {
    const instead = ELSEWHERE.get(name.toLowerCase());
    return refused(instead ? `${name} is not supported: ${instead}` : 'Unrecognized command');
  }
  try {
    const commandBody = new CommandBody(body);
    return { ok: true, command: read(commandBody), notes: commandBody.notes };
  } catch (error) {
    if (error instanceof UnreadableCommand) return refused(error.message);
    throw error;
  }
}

function refused(reason: string): ReadCommand {
  return { ok: false, reason };
}
