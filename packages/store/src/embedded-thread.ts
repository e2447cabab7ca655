import { parentPort } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { threadData } from '@ringback/runtime';
import type { ThreadMessage } from './embedded-database.ts';
import { serveDatabase } from './wire-server.ts';

const tell = (message: ThreadMessage) => parentPort!.postMessage(message);

try {
  const { folder } = threadData<{ folder: string }>();
  const database = await PGlite.create(folder, { extensions: { pg_trgm } });
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
