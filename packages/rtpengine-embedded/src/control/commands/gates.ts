import type { FlowLimit, GateCommand, OkReply } from '@ringback/rtpengine-ng';
import type { Party } from '../../call/party.ts';
import type { Gates } from '../../media/gates.ts';
import { Refusal } from '../refusal.ts';
import type { CommandContext } from './command-context.ts';
import { participants } from './participants.ts';

type ForwardingCommand = 'start forwarding' | 'stop forwarding';

const CHANGES: Readonly<Record<Exclude<GateCommand['command'], ForwardingCommand>, Partial<Gates>>> = {
  'block media': { blocked: true },
  'unblock media': { blocked: false },
  'silence media': { silenced: true },
  'unsilence media': { silenced: false },
  'block DTMF': { dtmfBlocked: true },
  'unblock DTMF': { dtmfBlocked: false },
};

/**
 * Opens or closes a gate for a whole call or for one party. Opening it for the call leaves a party's own closed, unless `all`
 * is said.
 */
export function changeGates(command: GateCommand, { calls }: CommandContext): OkReply {
  const { command: name, callId, who, towards, setLabel } = command;
  if (name === 'start forwarding' || name === 'stop forwarding')
    throw new Refusal(`${name} is not supported: there is no recording daemon to forward to`);
  const call = calls.known(callId);
  const change = CHANGES[name];
  const chosen = participants(call, who);
  if (who.by === 'nobody' || who.by === 'all') call.gates.changeForAll(change, call.parties);
  const opens = Object.values(change).includes(false);
  if (who.by !== 'all' || opens) {
    for (const party of chosen.filter((one) => speaksTo(one, towards))) call.gates.change(change, party);
  }
  if (setLabel !== undefined && who.by !== 'all') for (const party of chosen) party.label = setLabel;
  call.logger.info({ command: name, tags: chosen.map(({ tag }) => tag) }, 'gates changed');
  return { result: 'ok' };
}

/** Each party speaks to one other at most, by offer and answer. */
function speaksTo(party: Party, towards: FlowLimit | undefined): boolean {
  switch (towards?.by) {
    case 'tag':
      return party.peer?.tag === towards.tag;
    case 'label':
      return party.peer?.label === towards.label;
    case 'except-offer-answer':
      return false;
    default:
      return true;
  }
}
