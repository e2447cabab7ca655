import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { firstMessage, type Logger, startThread } from '@ringback/runtime';
import { lockFolder } from './folder-lock.ts';
import { migrate } from './migrate.ts';

export interface EmbeddedDatabase {
  /** For {@link openStore}, or any other PostgreSQL client; loopback only, any password will do. */
  readonly url: string;
  close(): Promise<void>;
}

/** What the thread says: first that it is ready, later what went wrong. */
export type ThreadMessage = { port: number } | { failure: string };

const CLOSE_DEADLINE_MS = 5000;

/**
 * PostgreSQL as PGlite in `<dataDir>/database`, on a worker thread, behind a free loopback port.
 * All connections share one session: transactions hold each other off, but session locks do not, and
 * LISTEN/NOTIFY reaches nobody. So the tables are brought up to date here, before services come in.
 * @throws StoreError `in-use` when another process has the folder.
 */
export async function startEmbeddedDatabase(o: {
  dataDir: string;
  logger: Logger;
}): Promise<EmbeddedDatabase> {
  const folder = join(o.dataDir, 'database');
  await mkdir(folder, { recursive: true });
  const unlock = await lockFolder(folder);
  const worker = startThread(new URL('./embedded-thread.ts', import.meta.url), { folder });
  const ended = once(worker, 'exit');
  worker.on('error', (error) => o.logger.error({ err: error }, 'embedded database stopped'));
  const close = async () => {
    worker.postMessage('close');
    const deadline = setTimeout(() => void worker.terminate(), CLOSE_DEADLINE_MS);
    await ended;
    clearTimeout(deadline);
    await unlock();
  };
  try {
    const ready = await firstMessage<ThreadMessage>(worker);
    if ('failure' in ready) throw new Error(`the embedded database did not start: ${ready.failure}`);
    worker.on('message', (message) => o.logger.error(message, 'embedded database failed'));
    const url = `postgres://postgres@127.0.0.1:${ready.port}/postgres`;
    await migrate(url, o.logger);
    return { url, close };
  } catch (error) {
    await worker.terminate();
    await unlock();
    throw error;
  }
}
