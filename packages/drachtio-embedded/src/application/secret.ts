import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Digests have one length, so that the comparison takes the same time whatever was shown. */
export function isSecret(shown: string, secret: string): boolean {
  return timingSafeEqual(digest(shown), digest(secret));
}
