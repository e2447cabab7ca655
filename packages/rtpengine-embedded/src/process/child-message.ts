import type { LogLevel } from '@ringback/runtime';
import type { RtpengineOptions } from '../options.ts';

/** The options of an engine in a child process: a level in place of the logger. */
export type ChildOptions = Omit<RtpengineOptions, 'logger'> & { logLevel: LogLevel };

/** What the parent says to the child. Losing the channel means the same as `close`. */
export type ToChild = { kind: 'start'; options: ChildOptions } | { kind: 'close' };

/** What the child says to the parent; `failed` is the end of a start that cannot be. */
export type FromChild =
  | { kind: 'ready'; ngPort: number }
  | { kind: 'failed'; message: string; code: string | undefined };
