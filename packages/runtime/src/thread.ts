import { once } from 'node:events';
import { Worker, workerData } from 'node:worker_threads';

const ENTRY = new URL('./thread-entry.mjs', import.meta.url);

/** Starts a TypeScript module on a worker thread; the module reads `data` with {@link threadData}. */
export function startThread(module: URL, data: unknown): Worker {
  return new Worker(ENTRY, { workerData: { entry: module.href, data } });
}

/** What the starter of this worker thread gave it. */
export function threadData<T>(): T {
  return (workerData as { data: T }).data;
}

/**
 * The first message of a worker thread, which says that it is ready or why it is not.
 * @throws what stopped the thread instead.
 */
export async function firstMessage<T>(worker: Worker): Promise<T> {
  const ended = once(worker, 'exit').then(([code]) => {
    throw new Error(`the thread ended with ${code} before it was ready`);
  });
  const [message] = await Promise.race([once(worker, 'message'), ended]);
  return message as T;
}
