import { networkInterfaces } from 'node:os';
import type { Config } from '@ringback/runtime';

const EVERY_ADDRESS = ['0.0.0.0', '::'];

/** The name or address under which a phone finds this network; where it listens on all, the machine's first one. */
export function reachableHost({ publicHost }: Pick<Config, 'publicHost'>): string {
  if (!EVERY_ADDRESS.includes(publicHost)) return publicHost;
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
