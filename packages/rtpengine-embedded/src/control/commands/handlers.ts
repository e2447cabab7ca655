import type { NgCommand, NgCommandName } from '@ringback/rtpengine-ng';
import { Refusal } from '../refusal.ts';
import type { CommandNamed, Handler } from './command-context.ts';
import { deleteCall } from './delete.ts';
import { answer, offer } from './offer-answer.ts';
import { list, ping } from './overview.ts';
import { query } from './query.ts';

const HANDLERS: { readonly [Name in NgCommandName]: Handler<CommandNamed<Name>> } = {
  ping,
  list,
  statistics: notHereYet,
  offer,
  answer,
  query,
  delete: deleteCall,
  'play media': notHereYet,
  'stop media': notHereYet,
  'play DTMF': notHereYet,
  'start recording': notHereYet,
  'stop recording': notHereYet,
  'pause recording': notHereYet,
  'block media': notHereYet,
  'unblock media': notHereYet,
  'silence media': notHereYet,
  'unsilence media': notHereYet,
  'block DTMF': notHereYet,
  'unblock DTMF': notHereYet,
  'start forwarding': notHereYet,
  'stop forwarding': notHereYet,
};

/** Who does this command. */
export function handlerOf<Command extends NgCommand>(command: Command): Handler<Command> {
  // Each name stands beside the handler of its own command, which the type of the table has checked.
  return HANDLERS[command.command] as Handler<Command>;
}

function notHereYet({ command }: NgCommand): never {
  throw new Refusal(`${command} is not supported by this media server`);
}
