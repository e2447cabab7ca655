import { ConfigError } from '@ringback/runtime';

/** Makes of `EADDRINUSE` one line that says which setting gives the part another port. */
export async function explained<T>(setting: string, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' || error instanceof ConfigError) throw error;
    throw new ConfigError(setting, `${message}; stop what uses it or set another port`);
  }
}
