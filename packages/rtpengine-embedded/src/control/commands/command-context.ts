import type { NgCommand, NgCommandName, NgReply } from '@ringback/rtpengine-ng';
import type { Logger } from '@ringback/runtime';
import type { MediaClock } from '../../media/clock.ts';
import type { MediaResources } from '../../negotiation/negotiation.ts';
import type { Studio } from '../../playback/studio.ts';
import type { Recordings } from '../../recording/recordings.ts';
import type { Calls } from '../calls.ts';

/** What a command may use. */
export type CommandContext = {
  readonly calls: Calls;
  readonly media: MediaResources;
  readonly studio: Studio;
  readonly recordings: Recordings;
  readonly clock: MediaClock;
  readonly logger: Logger;
};

/** Does a command that was read. Throws Refusal for what cannot be done: its sentence is the reply. */
export type Handler<Command extends NgCommand> = (
  command: Command,
  context: CommandContext,
) => NgReply | Promise<NgReply>;

/** The type of the command with this name. */
export type CommandNamed<Name extends NgCommandName, Command = NgCommand> = Command extends NgCommand
  ? Name extends Command['command']
    ? Command
    : never
  : never;
