import { isIP } from 'node:net';
import { LOG_LEVELS, type LogLevel } from '@ringback/runtime';
import type { GuardOptions } from '../guard/options.ts';
import type { DrachtioOptions } from '../options.ts';
import { parseSubnet } from '../transport/subnet.ts';
import type { TlsCertificate } from '../transport/tls-options.ts';
import { contactsOf } from './contacts.ts';
import { type Environment, type Given, givenOptions, ignoredOptions } from './given-options.ts';

/** What the command line asks for. The files are yet to be read. */
export interface Settings {
  logLevel: LogLevel;
  options: Omit<DrachtioOptions, 'logger' | 'tls'>;
  tls: TlsFiles | undefined;
  /** For the log: what was given and has no effect. */
  notes: string[];
}

export interface TlsFiles {
  keyFile: string;
  certFile: string;
  chainFile?: string;
  minVersion: NonNullable<TlsCertificate['minVersion']>;
  verifyClients: boolean;
}

export type CommandLine = { run: 'help' } | { run: 'version' } | { run: 'server'; settings: Settings };

/** drachtio-server's own default listens on every address, with a secret everybody knows. */
const DEFAULT_CONTACTS = [{ contact: 'sip:127.0.0.1:5060;transport=udp,tcp' }];

/** drachtio-server's words, by how much they show. Its `notice` is the quietest. */
const DRACHTIO_LEVELS: Readonly<Record<string, LogLevel>> = { notice: 'error', warning: 'warn' };

/** @throws Error with a sentence for the user that names the option. */
export function readCommandLine(args: readonly string[], environment: Environment): CommandLine {
  const given = givenOptions(args, environment);
  const flagged = (name: string) => given.some((one) => one.name === name);
  if (flagged('help')) return { run: 'help' };
  if (flagged('version')) return { run: 'version' };
  const read = new Reader(given);
  const contacts = contactsOf(given);
  const options: Settings['options'] = {
    contacts: contacts.length > 0 ? contacts : DEFAULT_CONTACTS,
    admin: adminOf(read),
    ...optional('requestHandlers', handlerOf(read)),
    ...optional('userAgentOptionsAutoRespond', read.text('user-agent-options-auto-respond')),
    ...optional('natDetection', natDetectionOf(flagged)),
    ...(flagged('cdrs') ? { cdrs: true } : {}),
    ...optional('guard', guardOf(given)),
    ...optional('dns', dnsOf(given)),
    ...optional('hep', hepOf(read)),
    ...optional('prometheus', prometheusOf(read)),
    ...optional('mtu', read.number('mtu', 1000, 65_535)),
  };
  const tls = tlsOf(read, environment);
  return {
    run: 'server',
    settings: { logLevel: logLevelOf(read), options, tls, notes: ignoredOptions(given) },
  };
}

/** The last value of each option, with its name for messages. */
class Reader {
  readonly #given: ReadonlyMap<string, Given>;

  constructor(given: readonly Given[]) {
    this.#given = new Map(given.map((one) => [one.name, one]));
  }

  text(name: string): string | undefined {
    return this.#given.get(name)?.value;
  }

  written(name: string): string {
    return this.#given.get(name)?.written ?? `--${name}`;
  }

  refuse(name: string, must: string): Error {
    return new Error(`${this.written(name)} must be ${must}, and not "${this.text(name)}"`);
  }

  number(name: string, least: number, most: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw this.refuse(name, `a number from ${least} to ${most}`);
    return value;
  }

  /** `host:port`, `[::1]:port`, and a port or host alone where there is one to take for the other. */
  address(name: string, must: string, alone: { host?: string; port?: number }) {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const both = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
    const host = both ? (both[1] ?? both[2]) : (alone.host ?? /^[^\s:[\]]+$/.exec(text)?.[0]);
    const port = both ? Number(both[3]) : (alone.port ?? (/^\d{1,5}$/.test(text) ? Number(text) : undefined));
    if (host === undefined || port === undefined || port > 65_535) throw this.refuse(name, must);
    return { host, port };
  }
}

function guardOf(given: readonly Given[]): GuardOptions | undefined {
  const rejectRegisterWithNoRealm = given.some(({ name }) => name === 'reject-register-with-no-realm');
  const exempt = given.filter(({ name }) => name === 'exempt-net').map(({ value }) => value);
  const wrong = exempt.find((text) => !parseSubnet(text));
  if (wrong !== undefined)
    throw new Error(`--exempt-net must be a network like 192.0.2.0/24, and not "${wrong}"`);
  if (!rejectRegisterWithNoRealm && exempt.length === 0) return undefined;
  return { rejectRegisterWithNoRealm, exempt };
}

function dnsOf(given: readonly Given[]): DrachtioOptions['dns'] {
  const servers = given.filter(({ name }) => name === 'dns-server').map(({ value }) => value);
  const wrong = servers.find(
    (text) => isIP(text) === 0 && !/^(\[[0-9a-fA-F:.]+\]|[0-9.]+):\d{1,5}$/.test(text),
  );
  if (wrong !== undefined)
    throw new Error(
      `--dns-server must be an address like 192.0.2.53 or [2001:db8::53]:53, and not "${wrong}"`,
    );
  return servers.length > 0 ? { servers } : undefined;
}

function adminOf(read: Reader): DrachtioOptions['admin'] {
  const port = read.number('port', 0, 65_535);
  const tlsPort = read.number('tls-port', 0, 65_535);
  const plain = port ?? (tlsPort === undefined ? 9022 : undefined);
  return {
    host: read.text('address') ?? '127.0.0.1',
    secret: read.text('secret') ?? 'cymru',
    ...optional('port', plain),
    ...optional('tlsPort', tlsPort),
    ...optional('keepAliveSec', read.number('tcp-keepalive-interval', 0, 65_535)),
  };
}

function handlerOf(read: Reader): DrachtioOptions['requestHandlers'] {
  const url = read.text('http-handler');
  const httpMethod = (read.text('http-method') ?? 'GET').toUpperCase();
  if (httpMethod !== 'GET' && httpMethod !== 'POST') throw read.refuse('http-method', 'GET or POST');
  return url === undefined ? undefined : [{ method: '*', url, httpMethod }];
}

function natDetectionOf(flagged: (name: string) => boolean): DrachtioOptions['natDetection'] {
  if (flagged('disable-nat-detection')) return 'off';
  return flagged('aggressive-nat-detection') ? 'aggressive' : undefined;
}

function hepOf(read: Reader): DrachtioOptions['hep'] {
  const address = read.address('homer', 'host:port', { port: 9060 });
  const captureId = read.number('homer-id', 1, 4_294_967_295) ?? 1;
  return address && { ...address, captureId };
}

function prometheusOf(read: Reader): DrachtioOptions['prometheus'] {
  const address = read.address('prometheus-scrape-port', 'a port or host:port', { host: '0.0.0.0' });
  return address && { ...address, process: true };
}

function tlsOf(read: Reader, environment: Environment): TlsFiles | undefined {
  const version = read.text('min-tls-version') ?? '1.2';
  if (!/^1\.[0-3]$/.test(version)) throw read.refuse('min-tls-version', '1.2 or 1.3');
  const [keyFile, certFile] = [read.text('key-file'), read.text('cert-file')];
  if (keyFile === undefined && certFile === undefined) return undefined;
  if (keyFile === undefined || certFile === undefined)
    throw new Error('--key-file and --cert-file go together');
  return {
    keyFile,
    certFile,
    ...optional('chainFile', read.text('chain-file')),
    // Older ones are broken (RFC 8996), so that what drachtio-server calls 1.0 and 1.1 is 1.2 here.
    minVersion: version === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
    verifyClients: environment.DRACHTIO_TLS_VERIFY_CLIENT_CERT === '1',
  };
}

function logLevelOf(read: Reader): LogLevel {
  const text = read.text('loglevel') ?? 'info';
  const level = DRACHTIO_LEVELS[text] ?? LOG_LEVELS.find((known) => known === text);
  if (!level) throw read.refuse('loglevel', 'notice, error, warning, info or debug');
  return level;
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
