import { AeadTransform } from './aead-transform.ts';
import { CounterModeTransform } from './counter-mode-transform.ts';
import { deriveSessionKeys } from './key-derivation.ts';
import type { PacketTransform, SrtpSessionOptions } from './transform.ts';

export function createTransform({ suite, master, mki }: SrtpSessionOptions): PacketTransform {
  const keys = deriveSessionKeys(suite, master);
  const identifier = mki ?? new Uint8Array(0);
  return suite.kind === 'aead'
    ? new AeadTransform(suite, keys, identifier)
    : new CounterModeTransform(suite, keys, identifier);
}
