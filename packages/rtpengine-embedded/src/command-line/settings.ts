import { LOG_LEVELS, type LogLevel } from '@ringback/runtime';
import type { ListenAddress } from '../control/transport/listening.ts';
import type { SupervisedOptions } from '../options.ts';
import type { HomerOptions } from '../quality/homer.ts';
import { type Given, givenOptions, ignoredOptions } from './given-options.ts';
import { interfacesOf } from './interfaces.ts';
import { Reader } from './reader.ts';

/** Names of files in PEM that are yet to be read. */
export type TlsFiles = ListenAddress & { readonly certFile: string; readonly keyFile: string };

/** What the command line asks for. */
export type Settings = {
  readonly logLevel: LogLevel;
  readonly options: Omit<SupervisedOptions, 'logger' | 'https'>;
  readonly https: TlsFiles | undefined;
  /** For the log: what was given and has no effect. */
  readonly notes: readonly string[];
};

export type CommandLine = { run: 'help' } | { run: 'version' } | { run: 'server'; settings: Settings };

// Syslog severities, as rtpengine counts them.
const BY_NUMBER: readonly LogLevel[] = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'];
const MAX_SECONDS = 9_999_999;

/** Reads rtpengine's own options. @throws Error with a sentence for the user. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const given = givenOptions(args);
  if (given.some(({ name }) => name === 'help')) return { run: 'help' };
  if (given.some(({ name }) => name === 'version')) return { run: 'version' };
  return { run: 'server', settings: settingsOf(given) };
}

function settingsOf(given: readonly Given[]): Settings {
  const read = new Reader(given);
  const rtpPorts = {
    min: read.number('port-min', 1024, 65_535) ?? 30_000,
    max: read.number('port-max', 1024, 65_535) ?? 40_000,
  };
  const processes = read.number('num-threads', 1, 64) ?? 1;
  // Two ports a side, two sides.
  if (rtpPorts.max - rtpPorts.min + 1 < 4 * processes)
    throw new Error('--port-max must leave room for one call in each process at least');
  const ng = read.address('listen-ng') ?? { host: '127.0.0.1', port: 22_222 };
  return {
    logLevel: logLevelOf(read),
    https: tlsOf(read),
    notes: ignoredOptions(given),
    options: {
      ...interfacesOf(read.all('interface')),
      ngHost: ng.host,
      ngPort: ng.port,
      ...optional('ngTcp', read.address('listen-tcp-ng')),
      ...optional('http', read.address('listen-http')),
      rtpPorts,
      processes,
      ...optional('mediaTimeoutSec', read.number('timeout', 1, MAX_SECONDS)),
      ...optional('silentTimeoutSec', read.number('silent-timeout', 1, MAX_SECONDS)),
      ...optional('offerTimeoutSec', read.number('offer-timeout', 1, MAX_SECONDS)),
      ...optional('finalTimeoutSec', read.number('final-timeout', 0, MAX_SECONDS)),
      ...optional('recordingDir', read.text('recording-dir')),
      ...optional('ffmpegPath', read.text('ffmpeg')),
      ...optional('homer', homerOf(read)),
    },
  };
}

function homerOf(read: Reader): HomerOptions | undefined {
  const address = read.address('homer');
  const protocol = read.text('homer-protocol') ?? 'udp';
  if (protocol !== 'udp' && protocol !== 'tcp') throw read.refuse('homer-protocol', 'udp or tcp');
  const captureId = read.number('homer-id', 1, 4_294_967_295) ?? 2001;
  return address && { ...address, protocol, captureId };
}

function tlsOf(read: Reader): TlsFiles | undefined {
  const address = read.address('listen-https');
  if (!address) return undefined;
  const certFile = read.text('https-cert');
  if (certFile === undefined) throw new Error('--listen-https needs --https-cert, and --https-key');
  return { ...address, certFile, keyFile: read.text('https-key') ?? certFile };
}

function logLevelOf(read: Reader): LogLevel {
  const text = read.text('log-level') ?? '6';
  const level = /^[0-7]$/.test(text) ? BY_NUMBER[Number(text)] : LOG_LEVELS.find((known) => known === text);
  if (!level) throw read.refuse('log-level', '0 to 7, fatal, error, warn, info, debug, trace or silent');
  return level;
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
