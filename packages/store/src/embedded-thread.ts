import { parentPort } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { threadData } from '@ringback/runtime';
import type { ThreadMessage } from './embedded-database.ts';
import { serveDatabase } from './wire-server.ts';

const tell = (message: ThreadMessage) => parentPort!.postMessage(message);

try {
  const database = await PGlite.create(threadData<{ folder: string }>().folder);
  const server = await serveDatabase(database, (error) => tell({ failure: error.message }));
  parentPort!.once('message', async () => {
    await server.close();
    await database.close();
    parentPort!.close();
  });
  tell({ port: server.port });
} catch (error) {
  tell({ failure: error instanceof Error ? error.message : String(error) });
}
