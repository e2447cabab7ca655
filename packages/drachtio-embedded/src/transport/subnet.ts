import { BlockList, isIP } from 'node:net';

/** A range of addresses in CIDR notation. */
export interface Subnet {
  /** Bits of the prefix: the longer, the nearer. */
  readonly prefix: number;
  contains(host: string): boolean;
}

const family = (host: string) => (isIP(host) === 6 ? 'ipv6' : 'ipv4');

/** Reads `10.132.0.0/20` or `fd00::/8`; a bare address is a range of one. Undefined when it is neither. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = '', bits, ...rest] = text.trim().split('/');
  const widest = isIP(address) === 6 ? 128 : 32;
  const prefix = bits === undefined ? widest : Number(bits);
  const readable = isIP(address) !== 0 && rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
  if (!readable || prefix > widest) return undefined;
  const list = new BlockList();
  list.addSubnet(address, prefix, family(address));
  return { prefix, contains: (host) => isIP(host) !== 0 && list.check(host, family(host)) };
}

const subnets = (...texts: string[]) => texts.map((text) => parseSubnet(text)!);

/** RFC 1918, RFC 4193 and addresses that never leave a link or a machine. */
const PRIVATE = subnets(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
);
const LOOPBACK = subnets('127.0.0.0/8', '::1/128');

/** Nobody, everybody, or a group: no SIP server lives there, and what is sent there is heard by many. */
const NOT_ONE_HOST = subnets('0.0.0.0/32', '::/128', '255.255.255.255/32', '224.0.0.0/4', 'ff00::/8');

export const isOneHost = (host: string) => !NOT_ONE_HOST.some((subnet) => subnet.contains(host));
export const isPrivate = (host: string) => PRIVATE.some((subnet) => subnet.contains(host));
export const isLoopback = (host: string) => LOOPBACK.some((subnet) => subnet.contains(host));

/** The private range an address of ours lies in: its neighbours, as far as can be told. */
export function privateRangeOf(host: string): Subnet | undefined {
  return PRIVATE.find((subnet) => subnet.contains(host));
}
