import { type CommandBody, UnreadableCommand } from './command-body.ts';

/** Without `fromTag` the whole call is meant and no statistics come back. */
export type DeleteCommand = {
  readonly command: 'delete';
  readonly callId: string;
  readonly fromTag: string | undefined;
  readonly toTag: string | undefined;
  readonly viaBranch: string | undefined;
  /** Whether what is not known is an error, and not a warning. */
  readonly fatal: boolean;
  /** What was recorded is not wanted. */
  readonly discards: boolean;
};
export type QueryCommand = {
  readonly command: 'query';
  readonly callId: string;
  readonly fromTag: string | undefined;
  readonly toTag: string | undefined;
};
export type ListCommand = { readonly command: 'list'; readonly limit: number };
export type PingCommand = { readonly command: 'ping' };
export type StatisticsCommand = { readonly command: 'statistics' };

const DEFAULT_LIMIT = 32;

export function readDelete(body: CommandBody): DeleteCommand {
  return {
    command: 'delete',
    callId: body.required('call-id'),
    fromTag: body.text('from-tag'),
    toTag: body.text('to-tag'),
    viaBranch: body.text('via-branch'),
    fatal: body.flags.includes('fatal'),
    discards: body.flags.includes('discard-recording'),
  };
}

export function readQuery(body: CommandBody): QueryCommand {
  return {
    command: 'query',
    callId: body.required('call-id'),
    fromTag: body.text('from-tag'),
    toTag: body.text('to-tag'),
  };
}

export function readList(body: CommandBody): ListCommand {
  const limit = body.integer('limit') ?? DEFAULT_LIMIT;
  if (limit < 0) throw new UnreadableCommand('invalid limit, must be >= 0');
  return { command: 'list', limit };
}
