import type { Settings } from './setting.ts';

/**
 * The variables of the process whose names begin so. For a program that stands in for another and takes its names; our
 * own settings are read by `loadConfig`.
 */
export function environmentOf(prefix: string): Settings {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith(prefix)));
}
