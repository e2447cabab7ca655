import { networkInterfaces } from 'node:os';
import { parseSubnet, type Subnet } from '../transport/subnet.ts';
import type { SpammerOptions } from './spammers.ts';
import type { Rate } from './token-bucket.ts';

/** When an address is banned. */
export interface BanOptions {
  /** So many malformed messages, or so many answers 401, 403 and 407 without a success between them, */
  strikes: number;
  /** within so long, */
  withinSec: number;
  /** keep its address out for so long. */
  forSec: number;
}

/** What protects the server from strangers. */
export interface GuardOptions {
  /**
   * Networks that nothing of this but `spammers` and `rejectRegisterWithNoRealm` applies to: your own trunks and
   * proxies. Unless `guardThisMachine`, this machine is one of them.
   */
  exempt?: readonly string[];
  /** Load tests, a demo and a gateway that speaks for many browsers run on the machine itself: they are let be. */
  guardThisMachine?: boolean;
  /** Messages of one address. The default is 1000 a second and 5000 at once; false is no limit. */
  rate?: Rate | false;
  /** Connections of one address, over all stream transports. The default is 200; 0 is no limit. */
  connectionsPerAddress?: number;
  /** The default is 30 strikes within 60 s for 10 minutes; false never bans. */
  ban?: Partial<BanOptions> | false;
  /** Addresses remembered at a time, and as many banned. The default is 20,000. */
  addresses?: number;
  spammers?: SpammerOptions;
  /** drachtio-server's option: a REGISTER whose Request-URI names an IPv4 address and no domain gets 403. */
  rejectRegisterWithNoRealm?: boolean;
}

export interface GuardSettings {
  exempt: readonly Subnet[];
  rate: Rate | undefined;
  connectionsPerAddress: number;
  ban: BanOptions | undefined;
  addresses: number;
  spammers: SpammerOptions | undefined;
  rejectRegisterWithNoRealm: boolean;
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** Loopback, and the addresses this machine has at its start. */
function thisMachine(): string[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [
    ...LOOPBACK,
    ...interfaces.map(({ address, family }) => `${address}/${family === 'IPv6' ? 128 : 32}`),
  ];
}

const RATE: Rate = { perSecond: 1000, burst: 5000 };
const BAN: BanOptions = { strikes: 30, withinSec: 60, forSec: 600 };

/** Fills in the defaults. @throws Error that names the option and what it must be. */
export function guardSettings(options: GuardOptions = {}): GuardSettings {
  const { rate = RATE, ban = {}, connectionsPerAddress = 200, addresses = 20_000 } = options;
  const settings: GuardSettings = {
    exempt: [...(options.guardThisMachine ? [] : thisMachine()), ...(options.exempt ?? [])].map(network),
    rate: rate === false ? undefined : rate,
    connectionsPerAddress: wholeNumber('connectionsPerAddress', connectionsPerAddress, 0),
    ban: ban === false ? undefined : { ...BAN, ...ban },
    addresses: wholeNumber('addresses', addresses, 2),
    spammers: options.spammers,
    rejectRegisterWithNoRealm: options.rejectRegisterWithNoRealm ?? false,
  };
  if (settings.rate) {
    positive('rate.perSecond', settings.rate.perSecond);
    wholeNumber('rate.burst', settings.rate.burst, 1);
  }
  for (const [name, value] of Object.entries(settings.ban ?? {})) positive(`ban.${name}`, value);
  return settings;
}

function network(text: string): Subnet {
  const subnet = parseSubnet(text);
  if (!subnet) throw new Error(`guard.exempt: "${text}" is no network; write it like 192.0.2.0/24`);
  return subnet;
}

function positive(name: string, value: number): void {
  if (!(value > 0)) throw new Error(`guard.${name} must be a number above 0`);
}

function wholeNumber(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least)
    throw new Error(`guard.${name} must be a whole number of ${least} or more`);
  return value;
}
