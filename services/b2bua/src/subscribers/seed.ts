import type { Config } from '@ringback/runtime';
import type { Store } from '@ringback/store';
import { credentialOf } from './credential.ts';
import { readablePassword } from './password.ts';

/** A subscriber whose password is known now and never again. */
export interface NewSubscriber {
  readonly number: string;
  readonly password: string;
  readonly displayName: string | undefined;
}

const FIRST: readonly Omit<NewSubscriber, 'password'>[] = [
  { number: '1001', displayName: 'Alice' },
  { number: '1002', displayName: 'Bob' },
  { number: '1003', displayName: 'Carol' },
];

/**
 * Creates or resets the subscribers of the configuration. A network that has none at all gets three, whose passwords
 * are returned for the console.
 */
export async function seedSubscribers(
  store: Pick<Store, 'subscribers' | 'credentials'>,
  config: Pick<Config, 'subscribers' | 'domain'>,
): Promise<NewSubscriber[]> {
  if (config.subscribers.length > 0) {
    for (const seed of config.subscribers) await save(store, config.domain, seed);
    return [];
  }
  const known = await store.subscribers.list();
  if (known.some(({ kind }) => kind === 'subscriber')) return [];
  const fresh = FIRST.map((subscriber) => ({ ...subscriber, password: readablePassword() }));
  for (const subscriber of fresh) await save(store, config.domain, subscriber);
  return fresh;
}

async function save(
  store: Pick<Store, 'subscribers' | 'credentials'>,
  realm: string,
  { number, password, displayName }: NewSubscriber,
): Promise<void> {
  await store.subscribers.save({ number, displayName: displayName ?? null, kind: 'subscriber' });
  await store.credentials.save(credentialOf({ username: number, number, password, realm, expiresAt: null }));
}
