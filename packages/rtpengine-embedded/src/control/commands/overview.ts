import type { ListCommand, ListReply, PongReply } from '@ringback/rtpengine-ng';
import type { CommandContext } from './command-context.ts';

export function ping(): PongReply {
  return { result: 'pong' };
}

export function list({ limit }: ListCommand, { calls }: CommandContext): ListReply {
  return { result: 'ok', calls: calls.ids(limit) };
}
