import type { NgCommand, NgReply } from '@ringback/rtpengine-ng';
import type { LogLevel } from '@ringback/runtime';
import type { EngineOptions } from '../options.ts';
import type { LoopDelay } from './loop-delay.ts';

/** The options of an engine in a child process: a level in place of the logger. */
export type ChildOptions = Omit<EngineOptions, 'logger'> & { logLevel: LogLevel };

/** What the parent says to the child. Losing the channel means the same as `close`. */
export type ToChild =
  | { kind: 'start'; options: ChildOptions }
  | { kind: 'command'; id: number; command: NgCommand }
  | { kind: 'close' };

/**
 * What the child says to the parent. `failed` is the end of a start that cannot be; `known` says whether the call of
 * the command is there afterwards; `ended` names a call that nobody deleted; a `beat` comes twice a second.
 */
export type FromChild =
  | { kind: 'ready' }
  | { kind: 'failed'; message: string; code: string | undefined }
  | { kind: 'reply'; id: number; reply: NgReply; known: boolean }
  | { kind: 'ended'; callId: string }
  | { kind: 'beat'; loopDelay: LoopDelay };
