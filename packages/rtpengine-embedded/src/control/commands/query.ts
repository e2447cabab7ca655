import type { NgCallStatistics, QueryCommand, StatisticsReply } from '@ringback/rtpengine-ng';
import type { Call } from '../../call/call.ts';
import { callStatistics } from '../../quality/statistics.ts';
import { Refusal } from '../refusal.ts';
import type { CommandContext } from './command-context.ts';

export function query({ callId, fromTag, toTag }: QueryCommand, context: CommandContext): StatisticsReply {
  const call = context.calls.known(callId, 'call-id');
  if (fromTag !== undefined && !call.party(toTag ?? fromTag)) throw new Refusal('Unknown tag');
  return { ...statisticsOf(call, context), result: 'ok' };
}

export function statisticsOf(call: Call, { media, clock }: CommandContext): NgCallStatistics {
  return callStatistics(call, media.interfaces.first.address, clock.nowMs(), clock.unixMs());
}
