import type { PartHealth } from '@ringback/contracts';
import type { Config } from '@ringback/runtime';
import type { Speech } from '@ringback/speech';
import type { Store } from '@ringback/store';

const PATIENCE_MS = 2000;

export async function databaseHealth(store: Pick<Store, 'ping' | 'server'>): Promise<PartHealth> {
  const { embedded, version } = store.server;
  const part = { part: 'database', mode: embedded ? 'embedded' : 'external' } as const;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    await Promise.race([store.ping(), tooLate]);
    return { ...part, state: 'up', detail: version };
  } catch (error) {
    return { ...part, state: 'down', detail: `${version} does not answer: ${(error as Error).message}` };
  } finally {
    clearTimeout(timer);
  }
}

/** While no voice tells how speech fares: what it is made with. */
export function speechHealth({ provider }: Pick<Speech, 'provider'>): PartHealth {
  return provider === 'elevenlabs'
    ? { part: 'speech', state: 'up', mode: 'external', detail: 'ElevenLabs' }
    : { part: 'speech', state: 'up', mode: 'embedded', detail: 'built-in voice' };
}

export function busHealth({ natsUrl }: Pick<Config, 'natsUrl'>, connected: boolean): PartHealth {
  const [mode, detail] =
    natsUrl === undefined
      ? (['embedded', 'between the threads of this process'] as const)
      : (['external', `NATS at ${new URL(natsUrl).host}`] as const);
  return { part: 'bus', state: connected ? 'up' : 'down', mode, detail };
}
