import { parentPort } from 'node:worker_threads';
import type { RunningService } from '@ringback/runtime';
import type { ThreadHears, ThreadSays } from './thread-part.ts';

/** The thread's side of `startThreadPart`: starts the part, says so, and does as it is told. */
export async function hostPart<Ready>(
  start: () => Promise<RunningService & { ready: Ready }>,
): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('not on a worker thread');
  const say = (message: ThreadSays<Ready>) => port.postMessage(message);
  try {
    const part = await start();
    port.on('message', async (message: ThreadHears) => {
      if (message.kind === 'drain') {
        await part.drain();
        say({ kind: 'drained' });
        return;
      }
      await part.close();
      port.close();
    });
    say({ kind: 'ready', ready: part.ready });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    say({ kind: 'failed', code, message });
  }
}
