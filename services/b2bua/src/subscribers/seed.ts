import { type Config, ConfigError } from '@ringback/runtime';
import type { Store } from '@ringback/store';
import { credentialOf } from './credential.ts';
import { readablePassword } from './password.ts';

/** A subscriber whose password is known now and never again. */
export interface NewSubscriber {
  readonly number: string;
  readonly password: string;
  readonly displayName: string | undefined;
}

/** In the message about a changed domain. */
const MOST_NAMED = 5;

const FIRST: readonly Omit<NewSubscriber, 'password'>[] = [
  { number: '1001', displayName: 'Alice' },
  { number: '1002', displayName: 'Bob' },
  { number: '1003', displayName: 'Carol' },
];

/**
 * Creates or resets the subscribers of the configuration. A network that has none at all gets three, whose passwords
 * are returned for the console.
 * @throws ConfigError when passwords of other subscribers were made for another domain.
 */
export async function seedSubscribers(
  store: Pick<Store, 'subscribers' | 'credentials'>,
  config: Pick<Config, 'subscribers' | 'domain'>,
): Promise<NewSubscriber[]> {
  await refuseOtherRealm(store, config);
  if (config.subscribers.length > 0) {
    for (const seed of config.subscribers) await save(store, config.domain, seed);
    await store.subscribers.markConfigured(config.subscribers.map(({ number }) => number));
    return [];
  }
  await store.subscribers.markConfigured([]);
  const known = await store.subscribers.list();
  if (known.some(({ kind }) => kind === 'subscriber')) return [];
  const fresh = FIRST.map((subscriber) => ({ ...subscriber, password: readablePassword() }));
  for (const subscriber of fresh) await save(store, config.domain, subscriber);
  return fresh;
}

/** A changed domain would lock phones out without a word: their HA1s are good for the old realm only. */
async function refuseOtherRealm(
  { credentials }: Pick<Store, 'credentials'>,
  { subscribers, domain }: Pick<Config, 'subscribers' | 'domain'>,
): Promise<void> {
  const renewed = new Set(subscribers.map(({ number }) => number));
  const foreign = (await credentials.lastingOfOtherRealm(domain)).filter(
    ({ username }) => !renewed.has(username),
  );
  const [first] = foreign;
  if (!first) return;
  const named = foreign.slice(0, MOST_NAMED).map(({ username }) => username);
  const more = foreign.length > named.length ? ` and ${foreign.length - named.length} more` : '';
  throw new ConfigError(
    'RINGBACK_DOMAIN',
    `the passwords of ${named.join(', ')}${more} are good for "${first.realm}" only, not for "${domain}"; set it back, ` +
      `or give them new ones: RINGBACK_SUBSCRIBERS=${first.username}:password,…`,
  );
}

async function save(
  store: Pick<Store, 'subscribers' | 'credentials'>,
  realm: string,
  { number, password, displayName }: NewSubscriber,
): Promise<void> {
  await store.subscribers.save({ number, displayName: displayName ?? null, kind: 'subscriber' });
  await store.credentials.save(credentialOf({ username: number, number, password, realm, expiresAt: null }));
}
