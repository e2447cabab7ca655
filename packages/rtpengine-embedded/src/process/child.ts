import type { NgCommand, NgReply } from '@ringback/rtpengine-ng';
import { errorReply } from '@ringback/rtpengine-ng';
import { createLogger, type Logger } from '@ringback/runtime';
import { type Engine, startEngine } from '../engine.ts';
import type { ChildOptions, FromChild, ToChild } from './child-message.ts';
import { LoopDelayMonitor } from './loop-delay.ts';

/** Entry of the child process that `startSupervisedRtpengine` forks. Log lines go to standard output as JSON. */
const BEAT_MS = 500;

let engine: Engine | undefined;
let logger: Logger | undefined;

function tell(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

async function start({ logLevel, ...options }: ChildOptions): Promise<void> {
  try {
    logger = createLogger('rtpengine', logLevel);
    engine = await startEngine({ ...options, logger }, (callId) => tell({ kind: 'ended', callId }));
    tell({ kind: 'ready' });
    const monitor = new LoopDelayMonitor();
    setInterval(() => tell({ kind: 'beat', loopDelay: monitor.read() }), BEAT_MS);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    tell({ kind: 'failed', message, code });
  }
}

async function obey(id: number, command: NgCommand): Promise<void> {
  const reply = await replyTo(command);
  tell({ kind: 'reply', id, reply, known: 'callId' in command && engine?.has(command.callId) === true });
}

async function replyTo(command: NgCommand): Promise<NgReply> {
  try {
    return (await engine?.handle(command)) ?? errorReply('Not ready');
  } catch (error) {
    logger?.error({ err: error, command: command.command }, 'NG command failed');
    return errorReply('Internal error');
  }
}

async function close(): Promise<never> {
  await engine?.close();
  // The native library keeps threads, which would keep the process.
  process.exit(0);
}

process.on('message', (message: ToChild) => {
  switch (message.kind) {
    case 'start':
      void start(message.options);
      break;
    case 'command':
      void obey(message.id, message.command);
      break;
    case 'close':
      void close();
      break;
    default:
      message satisfies never;
  }
});
// The parent is gone, however it went: nobody would ever stop this process.
process.on('disconnect', () => void close());
if (!process.connected) void close();
// A terminal sends these to the whole group; the parent decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
