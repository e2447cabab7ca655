import type { Logger } from '@ringback/runtime';
import { bindingStore } from './bindings.ts';
import { callStore } from './calls.ts';
import { credentialStore } from './credentials.ts';
import { connect, type Database } from './database.ts';
import { messageStore } from './messages.ts';
import { migrate } from './migrate.ts';
import { qualityStore } from './quality.ts';
import { recordingStore } from './recordings.ts';
import { reportStore } from './reports.ts';
import { spoolingStore } from './spooling-store.ts';
import type { DatabaseServer, Store } from './store.ts';
import { subscriberStore } from './subscribers.ts';

export interface StoreOptions {
  readonly url: string;
  readonly logger: Logger;
  /** A file of this process's own, in which its call records wait while the database is away; without it they are lost. */
  readonly spoolFile?: string;
}

/**
 * Connects to a PostgreSQL server, for which it waits up to ten seconds, and brings its tables up to date.
 * @throws StoreError `unavailable`.
 */
export async function openStore({ url, logger, spoolFile }: StoreOptions): Promise<Store> {
  const database = await connect(url, logger);
  try {
    await migrate(url, logger);
    const store = storeOn(database, await serverOf(database));
    return spoolFile === undefined ? store : await spoolingStore(store, spoolFile, logger);
  } catch (error) {
    await database.close();
    throw error;
  }
}

function storeOn(database: Database, server: DatabaseServer): Store {
  return {
    server,
    subscribers: subscriberStore(database),
    credentials: credentialStore(database),
    bindings: bindingStore(database),
    calls: callStore(database),
    messages: messageStore(database),
    reports: reportStore(database),
    quality: qualityStore(database),
    recordings: recordingStore(database),
    async ping() {
      await database.rows('SELECT 1');
    },
    close: () => database.close(),
  };
}

async function serverOf(database: Database): Promise<DatabaseServer> {
  const [row] = await database.rows<{ version: string }>('SELECT version()');
  const version = row?.version ?? '';
  return {
    version: /^PostgreSQL \S+(?: \(PGlite [^)]*\))?/.exec(version)?.[0] ?? 'PostgreSQL',
    embedded: version.includes('PGlite'),
  };
}
