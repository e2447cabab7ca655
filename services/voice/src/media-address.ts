import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

const UNSPECIFIED = new Set(['0.0.0.0', '::']);

/**
 * The address that SDP names: an IP address, since not every peer resolves names there. An unspecified one would mean
 * hold (RFC 3264 8.4): the first address of this machine that others can reach stands for it.
 */
export async function mediaAddress(publicHost: string): Promise<string> {
  if (!UNSPECIFIED.has(publicHost)) return (await lookup(publicHost)).address;
  const family = publicHost === '::' ? 'IPv6' : 'IPv4';
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const reachable = addresses.find((entry) => entry.family === family && !entry.internal);
  return reachable?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1');
}
