import { createLogger, parseConfig } from '@ringback/runtime';
import { openStore, type Store } from '@ringback/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedSubscribers } from '../src/subscribers/seed.ts';
import { startDatabase } from './support/network.ts';

describe('a domain that changes', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>;
  let store: Store;

  beforeAll(async () => {
    database = await startDatabase();
    store = await openStore({ url: database.url, logger: createLogger('b2bua-test', 'silent') });
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await database?.close();
  });

  const seed = (settings: Record<string, string> = {}) =>
    seedSubscribers(store, parseConfig(settings, '/tmp'));

  it('stops the start, since no phone could register, until it is set back or passwords are new', async () => {
    const made = await seed();
    expect(made.map(({ number }) => number)).toEqual(['1001', '1002', '1003']);
    await expect(seed({ RINGBACK_DOMAIN: 'pbx.example' })).rejects.toThrow(
      'RINGBACK_DOMAIN: the passwords of 1001, 1002, 1003 are good for "ringback.local" only, not for "pbx.example"; ' +
        'set it back, or give them new ones: RINGBACK_SUBSCRIBERS=1001:password,…',
    );
    expect(await seed()).toEqual([]);
    const some = { RINGBACK_DOMAIN: 'pbx.example', RINGBACK_SUBSCRIBERS: '1001:first-word,1003:third-word' };
    await expect(seed(some)).rejects.toThrow('the passwords of 1002 are good');
    // Nothing was changed by that.
    expect(await seed()).toEqual([]);
    const all = { ...some, RINGBACK_SUBSCRIBERS: '1001:first-word,1002:second-word,1003:third-word' };
    expect(await seed(all)).toEqual([]);
    expect(await seed({ RINGBACK_DOMAIN: 'pbx.example' })).toEqual([]);
  });
});
