import { fileURLToPath } from 'node:url';
import type { Logger } from '@ringback/runtime';
import { runner } from 'node-pg-migrate';

const DIRECTORY = fileURLToPath(new URL('../../../sql', import.meta.url));

/**
 * Brings the database up to date with the files in `sql/`, each in a transaction of its own. An advisory lock
 * makes the services of one network wait for each other.
 */
export async function migrate(url: string, logger: Logger): Promise<void> {
  const done = await runner({
    databaseUrl: url,
    dir: DIRECTORY,
    ignorePattern: '(?!.*\\.sql$).*',
    direction: 'up',
    migrationsTable: 'migrations',
    advisoryLockMode: 'wait',
    logger: {
      debug: (text) => logger.trace(text),
      info: (text) => logger.trace(text),
      warn: (text) => logger.warn(text),
      error: (text) => logger.error(text),
    },
  });
  for (const { name } of done) logger.debug({ migration: name }, 'database brought up to date');
}
