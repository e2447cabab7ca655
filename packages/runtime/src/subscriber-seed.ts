import { ConfigError } from './config-error.ts';

export interface SubscriberSeed {
  readonly number: string;
  readonly password: string;
  readonly displayName: string | undefined;
}

/**
 * `1001:password:Alice,1002:password` as a list. A password may not hold `:` or `,`.
 * @throws ConfigError naming the entry at fault, never its password.
 */
export function parseSubscribers(value: string | undefined): SubscriberSeed[] {
  if (value === undefined) return [];
  const seeds = value.split(',').map((entry) => parseEntry(entry.trim()));
  const numbers = new Set<string>();
  for (const { number } of seeds) {
    if (numbers.has(number)) throw new ConfigError('RINGBACK_SUBSCRIBERS', `${number} stands there twice`);
    numbers.add(number);
  }
  return seeds;
}

function parseEntry(entry: string): SubscriberSeed {
  const [number = '', password = '', displayName, ...rest] = entry.split(':');
  if (!/^[A-Za-z0-9+*#._-]{1,32}$/.test(number) || rest.length > 0)
    throw new ConfigError(
      'RINGBACK_SUBSCRIBERS',
      `"${number}" is not number:password or number:password:Name`,
    );
  if (/^[456]\d\d$/.test(number) || ['9196', '9197', '5000'].includes(number))
    throw new ConfigError(
      'RINGBACK_SUBSCRIBERS',
      `${number} is taken by the dial plan; choose another number`,
    );
  if (password.length < 4)
    throw new ConfigError('RINGBACK_SUBSCRIBERS', `the password of ${number} has fewer than 4 characters`);
  return { number, password, displayName: displayName?.trim() || undefined };
}
