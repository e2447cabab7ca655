/** Addresses that only a network of its own can reach; undefined for all others, names included. */
export type AddressKind =
  | 'private (RFC 1918)'
  | 'shared (RFC 6598)'
  | 'loopback'
  | 'link-local'
  | 'local (RFC 4193)';

export function addressKind(address: string): AddressKind | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(address);
  return parts ? ofIpv4(Number(parts[1]), Number(parts[2])) : ofIpv6(address.toLowerCase());
}

function ofIpv4(first: number, second: number): AddressKind | undefined {
  if (first === 10 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168))
    return 'private (RFC 1918)';
  if (first === 100 && second >= 64 && second < 128) return 'shared (RFC 6598)';
  if (first === 127) return 'loopback';
  return first === 169 && second === 254 ? 'link-local' : undefined;
}

function ofIpv6(address: string): AddressKind | undefined {
  if (!address.includes(':')) return undefined;
  if (address === '::1') return 'loopback';
  if (/^fe[89ab]/.test(address)) return 'link-local';
  return /^f[cd]/.test(address) ? 'local (RFC 4193)' : undefined;
}

/** `192.0.2.1` of `192.0.2.1:5060`, `2001:db8::1` of `[2001:db8::1]:5060`. */
export function hostOf(endpoint: string): string {
  return endpoint.slice(0, Math.max(0, endpoint.lastIndexOf(':'))).replace(/^\[|\]$/g, '');
}
