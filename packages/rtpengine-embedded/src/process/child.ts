import { createLogger } from '@ringback/runtime';
import { startEngine } from '../engine.ts';
import type { RunningRtpengine } from '../options.ts';
import type { ChildOptions, FromChild, ToChild } from './child-message.ts';

/** Entry of the child process that `startSupervisedRtpengine` forks. Log lines go to standard output as JSON. */
let engine: RunningRtpengine | undefined;

function tell(message: FromChild): void {
  process.send?.(message);
}

async function start({ logLevel, ...options }: ChildOptions): Promise<void> {
  try {
    engine = await startEngine({ ...options, logger: createLogger('rtpengine', logLevel) });
    tell({ kind: 'ready', ngPort: engine.ngPort });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    tell({ kind: 'failed', message, code });
  }
}

async function close(): Promise<never> {
  await engine?.close();
  // The native library keeps threads, which would keep the process.
  process.exit(0);
}

process.on('message', (message: ToChild) => {
  if (message.kind === 'start') void start(message.options);
  else void close();
});
// The parent is gone, however it went: nobody would ever stop this process.
process.on('disconnect', () => void close());
// A terminal sends these to the whole group; the parent decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
