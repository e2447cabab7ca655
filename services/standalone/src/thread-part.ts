import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { firstMessage, type Logger, type RunningService, startThread } from '@ringback/runtime';

/** What a thread says: first that it is ready or why it is not, later that it has done as told. */
export type ThreadSays<Ready> =
  | { kind: 'ready'; ready: Ready }
  | { kind: 'failed'; code: string | undefined; message: string }
  | { kind: 'drained' };

/** What a thread is told. After `close` it ends by itself. */
export type ThreadHears = { kind: 'drain' } | { kind: 'close' };

export interface ThreadPart<Ready> extends RunningService {
  /** What the thread said of itself when it was ready for the first time. */
  readonly ready: Ready;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;

/**
 * Runs a part of the network on a worker thread, and starts it again should it die.
 * `again` makes the data for a later start out of the first one's result (the ports it was given).
 * @throws the error of the first start, with its `code`.
 */
export async function startThreadPart<Data, Ready>(
  name: string,
  module: URL,
  data: Data,
  logger: Logger,
  again: (data: Data, ready: Ready) => Data = (same) => same,
): Promise<ThreadPart<Ready>> {
  let closing = false;
  let retryMs = FIRST_RETRY_MS;
  let [worker, ready] = await startOnce<Ready>(module, data);
  const later = again(data, ready);
  watch(worker);

  function watch(running: Worker): void {
    running.on('error', (error) => logger.error({ err: error, part: name }, 'thread failed'));
    running.once('exit', () => {
      if (closing) return;
      logger.error({ part: name, retryMs }, 'thread died; starting it again');
      setTimeout(() => void restart(), retryMs);
    });
  }

  async function restart(): Promise<void> {
    if (closing) return;
    try {
      [worker, ready] = await startOnce<Ready>(module, later);
      retryMs = FIRST_RETRY_MS;
      watch(worker);
    } catch (error) {
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      logger.error({ err: error, part: name, retryMs }, 'thread did not start');
      setTimeout(() => void restart(), retryMs);
    }
  }

  const tell = (message: ThreadHears) => worker.postMessage(message);
  return {
    ready,
    async drain() {
      const drained = once(worker, 'message');
      tell({ kind: 'drain' });
      await drained;
    },
    async close() {
      closing = true;
      const ended = once(worker, 'exit');
      tell({ kind: 'close' });
      await ended;
    },
  };
}

async function startOnce<Ready>(module: URL, data: unknown): Promise<[Worker, Ready]> {
  const worker = startThread(module, data);
  const said = await firstMessage<ThreadSays<Ready>>(worker);
  if (said.kind === 'ready') return [worker, said.ready];
  await worker.terminate();
  const problem = said.kind === 'failed' ? said : { message: 'it spoke out of turn', code: undefined };
  throw Object.assign(new Error(problem.message), { code: problem.code });
}
