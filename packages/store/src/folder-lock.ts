import { readFile, rm, writeFile } from 'node:fs/promises';
import { StoreError } from './store-error.ts';

/**
 * Keeps a folder for this process: two PGlites in one folder would destroy it. A lock whose process is gone
 * does not count. Returns how to give it back.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = `${folder}.lock`;
  const unlock = () => rm(path, { force: true });
  if (await claim(path)) return unlock;
  const owner = Number(await readFile(path, 'utf8').catch(() => ''));
  if (isAlive(owner))
    throw new StoreError(
      'in-use',
      `${folder} is in use by process ${owner}; give RINGBACK_DATA_DIR another folder`,
    );
  await unlock();
  if (await claim(path)) return unlock;
  throw new StoreError('in-use', `${folder} is in use by another process that has just started`);
}

async function claim(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
