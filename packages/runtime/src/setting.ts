import { isIP } from 'node:net';
import { ConfigError } from './config-error.ts';

/** Raw settings by name, as in `process.env`. */
export type Settings = Readonly<Record<string, string | undefined>>;

export function text(settings: Settings, name: string): string | undefined {
  const value = settings[name]?.trim();
  return value === '' ? undefined : value;
}

export function port(settings: Settings, name: string, fallback: number): number {
  const value = text(settings, name);
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!/^\d{1,5}$/.test(value) || number > 65535)
    throw new ConfigError(name, `"${value}" is not a port; give a whole number from 0 to 65535`);
  return number;
}

/** A whole number from 1 on; undefined when it is not set. */
export function count(settings: Settings, name: string, most: number, unit = ''): number | undefined {
  const value = text(settings, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^\d{1,6}$/.test(value) || number < 1 || number > most)
    throw new ConfigError(name, `"${value}" is not a whole number from 1 to ${most}${unit}`);
  return number;
}

export function portRange(settings: Settings, name: string, fallback: PortRange): PortRange {
  const value = text(settings, name);
  if (value === undefined) return fallback;
  const [, min = '', max = ''] = /^(\d{1,5})-(\d{1,5})$/.exec(value) ?? [];
  const range = { min: Number(min), max: Number(max) };
  if (min === '' || range.min < 1024 || range.max > 65535 || range.max - range.min < 9)
    throw new ConfigError(
      name,
      `"${value}" is not a port range; give two ports from 1024 to 65535, at least ten apart, such as 30000-30999`,
    );
  return range;
}

export interface PortRange {
  readonly min: number;
  readonly max: number;
}

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

export function host(settings: Settings, name: string, fallback: string): string {
  const value = text(settings, name) ?? fallback;
  if (isIP(value) === 0 && !HOST_NAME.test(value))
    throw new ConfigError(name, `"${value}" is not a host name or an IP address`);
  return value;
}

export function ipAddress(settings: Settings, name: string, fallback: string): string {
  const value = text(settings, name) ?? fallback;
  if (isIP(value) === 0)
    throw new ConfigError(
      name,
      `"${value}" is not an IP address; give one of this machine, such as 127.0.0.1`,
    );
  return value;
}

export function url(
  settings: Settings,
  name: string,
  schemes: readonly string[],
  example: string,
): URL | undefined {
  const value = text(settings, name);
  if (value === undefined) return undefined;
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1)) || parsed.hostname === '')
    throw new ConfigError(name, `not an address of the form ${example}`);
  return parsed;
}

export function oneOf<T extends string>(
  settings: Settings,
  name: string,
  values: readonly T[],
): T | undefined {
  const value = text(settings, name);
  if (value === undefined) return undefined;
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new ConfigError(name, `"${value}" is none of ${values.join(', ')}`);
  return found;
}

/** Undefined when it is not set. */
export function yesOrNo(settings: Settings, name: string): boolean | undefined {
  const value = oneOf(settings, name, ['yes', 'no']);
  return value === undefined ? undefined : value === 'yes';
}
