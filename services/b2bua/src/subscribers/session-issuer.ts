import { randomBytes } from 'node:crypto';
import type { IssuedSession, SessionIssue } from '@ringback/contracts';
import { BusError } from '@ringback/runtime';
import { escapeUser } from '@ringback/sip';
import type { Store, SubscriberRow } from '@ringback/store';
import { credentialOf } from './credential.ts';

/** How long short-lived SIP credentials are good for. */
export const SESSION_LIFETIME_MS = 60 * 60 * 1000;

/** The address of record that all voices share. */
export const VOICE_NUMBER = 'voice';

export interface SessionIssuerDeps {
  readonly store: Pick<Store, 'subscribers' | 'credentials'>;
  readonly domain: string;
  readonly nowMs: () => number;
}

/** Serves `session.issue`. @throws BusError `not-found` for a number that nobody has. */
export async function issueSession(
  { store, domain, nowMs }: SessionIssuerDeps,
  request: SessionIssue,
): Promise<IssuedSession> {
  const subscriber = request.kind === 'voice' ? await voice(store) : await page(store, request.number);
  const { number } = subscriber;
  const username = `${number}.${randomBytes(4).toString('hex')}`;
  const password = randomBytes(18).toString('base64url');
  const expiresAt = new Date(nowMs() + SESSION_LIFETIME_MS).toISOString();
  await store.credentials.save(credentialOf({ username, number, password, realm: domain, expiresAt }));
  return {
    number,
    displayName: subscriber.displayName ?? number,
    uri: `sip:${escapeUser(number)}@${domain}`,
    username,
    password,
    expiresAt,
  };
}

async function voice(
  store: Pick<Store, 'subscribers'>,
): Promise<Pick<SubscriberRow, 'number' | 'displayName'>> {
  const row = { number: VOICE_NUMBER, displayName: 'Voice', kind: 'voice' as const };
  await store.subscribers.save(row);
  return row;
}

async function page(
  store: Pick<Store, 'subscribers'>,
  number: string | undefined,
): Promise<Pick<SubscriberRow, 'number' | 'displayName'>> {
  if (number === undefined) return store.subscribers.allocatePageNumber((fresh) => `Browser ${fresh}`);
  const known = await store.subscribers.find(number);
  if (!known || known.kind === 'voice' || known.number !== number)
    throw new BusError('not-found', `there is no subscriber ${number}`);
  return known;
}
