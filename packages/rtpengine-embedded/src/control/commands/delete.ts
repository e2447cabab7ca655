import type { DeleteCommand, DeletedReply, StatisticsReply } from '@ringback/rtpengine-ng';
import type { Call } from '../../call/call.ts';
import type { Party } from '../../call/party.ts';
import { Refusal } from '../refusal.ts';
import type { CommandContext } from './command-context.ts';
import { statisticsOf } from './query.ts';

const UNKNOWN = "Call-ID not found or tags didn't match";

/** Without a from-tag the whole call ends and nothing is told, as in rtpengine. */
export function deleteCall(command: DeleteCommand, context: CommandContext): DeletedReply | StatisticsReply {
  const { calls, recordings } = context;
  const call = calls.get(command.callId);
  if (!call) return unknown(command);
  if (command.discards) recordings.stop(call, true);
  if (command.fromTag === undefined) {
    calls.remove(call);
    return { result: 'ok' };
  }
  const party = partyOf(call, command, command.fromTag);
  if (!party) return unknown(command);
  const statistics = statisticsOf(call, context);
  // A party that is spoken to, or the offerer, takes the call with it; a fork that lost goes alone.
  const leaves = party.peer === undefined && call.parties.length > 2 && party !== call.party(command.fromTag);
  if (leaves) call.removeParty(party);
  else calls.remove(call);
  return { ...statistics, result: 'ok' };
}

function partyOf(call: Call, { toTag, viaBranch }: DeleteCommand, fromTag: string): Party | undefined {
  const byBranch = call.parties.find((party) => party.tag === '' && party.viaBranch === viaBranch);
  return toTag === undefined && viaBranch !== undefined && byBranch ? byBranch : call.party(toTag ?? fromTag);
}

function unknown({ fatal }: DeleteCommand): DeletedReply {
  if (fatal) throw new Refusal(UNKNOWN);
  return { warning: UNKNOWN, result: 'ok' };
}
