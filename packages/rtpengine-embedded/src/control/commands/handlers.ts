import type { NgCommand, NgCommandName } from '@ringback/rtpengine-ng';
import type { CommandNamed, Handler } from './command-context.ts';
import { deleteCall } from './delete.ts';
import { changeGates } from './gates.ts';
import { answer, offer } from './offer-answer.ts';
import { list, ping, statistics } from './overview.ts';
import { playDtmf, playMedia, stopMedia } from './playback.ts';
import { query } from './query.ts';
import { record } from './recording.ts';

const HANDLERS: { readonly [Name in NgCommandName]: Handler<CommandNamed<Name>> } = {
  ping,
  list,
  statistics,
  offer,
  answer,
  query,
  delete: deleteCall,
  'play media': playMedia,
  'stop media': stopMedia,
  'play DTMF': playDtmf,
  'start recording': record,
  'stop recording': record,
  'pause recording': record,
  'block media': changeGates,
  'unblock media': changeGates,
  'silence media': changeGates,
  'unsilence media': changeGates,
  'block DTMF': changeGates,
  'unblock DTMF': changeGates,
  'start forwarding': changeGates,
  'stop forwarding': changeGates,
};

/** Who does this command. */
export function handlerOf<Command extends NgCommand>(command: Command): Handler<Command> {
  // Each name stands beside the handler of its own command, which the type of the table has checked.
  return HANDLERS[command.command] as Handler<Command>;
}
