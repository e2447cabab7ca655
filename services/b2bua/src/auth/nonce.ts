import { createHmac } from 'node:crypto';
import { equalInConstantTime } from '@ringback/sip';

/** How long a nonce may be used. Clients are asked again, silently, when it has run out (`stale=true`). */
export const NONCE_LIFETIME_MS = 60_000;

/**
 * A nonce that only the holder of `key` can have made (RFC 7616 5.4), for one realm, with the time of its making:
 * `time.random.mac`, each part base64url or base 36.
 */
export function makeNonce(key: Uint8Array, realm: string, nowMs: number, random: Uint8Array): string {
  const body = `${nowMs.toString(36)}.${Buffer.from(random).toString('base64url')}`;
  return `${body}.${macOf(key, realm, body)}`;
}

/** True for a nonce of ours for this realm that has not run out. */
export function isLiveNonce(key: Uint8Array, realm: string, nonce: string, nowMs: number): boolean {
  const cut = nonce.lastIndexOf('.');
  const body = nonce.slice(0, Math.max(0, cut));
  if (!equalInConstantTime(macOf(key, realm, body), nonce.slice(cut + 1))) return false;
  const ageMs = nowMs - Number.parseInt(body, 36);
  return ageMs >= 0 && ageMs <= NONCE_LIFETIME_MS;
}

function macOf(key: Uint8Array, realm: string, body: string): string {
  return createHmac('sha256', key).update(`${realm}\n${body}`).digest('base64url').slice(0, 22);
}
