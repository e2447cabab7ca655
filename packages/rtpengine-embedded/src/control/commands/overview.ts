import type {
  EngineStatisticsReply,
  ListCommand,
  ListReply,
  PongReply,
  StatisticsCommand,
} from '@ringback/rtpengine-ng';
import type { CommandContext } from './command-context.ts';

export function ping(): PongReply {
  return { result: 'pong' };
}

export function list({ limit }: ListCommand, { calls }: CommandContext): ListReply {
  return { result: 'ok', calls: calls.ids(limit) };
}

/** Of this process; who speaks the protocol adds what it has counted. */
export function statistics(
  _command: StatisticsCommand,
  { calls, clock }: CommandContext,
): EngineStatisticsReply {
  return { result: 'ok', statistics: calls.counts.describe(calls.all(), clock.nowMs()) };
}
