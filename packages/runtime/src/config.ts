import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'dotenv';
import { ConfigError } from './config-error.ts';
import { LOG_LEVELS, type LogLevel } from './logger.ts';
import {
  count,
  host,
  ipAddress,
  oneOf,
  type PortRange,
  port,
  portRange,
  type Settings,
  text,
  url,
  yesOrNo,
} from './setting.ts';
import { parseSubscribers, type SubscriberSeed } from './subscriber-seed.ts';

/** Everything that can be set, checked and with its defaults. Ports of 0 mean: any free one. */
export interface Config {
  /** Address that HTTP, SIP and media bind to. */
  readonly host: string;
  /** Address put in SDP and Contact. */
  readonly publicHost: string;
  readonly httpPort: number;
  readonly sipPort: number;
  readonly sipTlsPort: number;
  readonly sipWsPort: number;
  readonly sipWssPort: number;
  /** PEM files for TLS and WSS; undefined: a certificate of the network's own making. */
  readonly sipTlsFiles: { readonly cert: string; readonly key: string } | undefined;
  /** Where the SIP server takes SIP over WebSocket: `ws://host:port`. */
  readonly sipWsUrl: string;
  readonly hepPort: number;
  /** Where media sockets of this process are bound. */
  readonly rtpPorts: PortRange;
  /** Processes of the embedded media server; undefined: as many as suit the machine. */
  readonly mediaProcesses: number | undefined;
  /** SIP domain and digest realm. */
  readonly domain: string;
  readonly dataDir: string;
  readonly subscribers: readonly SubscriberSeed[];
  /** How long records of calls are kept; undefined: for ever. */
  readonly keepCallsDays: number | undefined;
  /** API token; undefined on loopback unless set. */
  readonly token: string | undefined;
  /** True when the network listens beyond this machine, so that the API asks for the token. */
  readonly exposed: boolean;
  readonly elevenLabs: { readonly apiKey: string; readonly baseUrl?: string } | undefined;
  readonly ffmpegPath: string | undefined;
  readonly drachtio: DrachtioAddress | undefined;
  readonly rtpengine: HostAndPort | undefined;
  readonly databaseUrl: string | undefined;
  readonly natsUrl: string | undefined;
  /** Undefined: as long as only this machine can call, and the media server is the embedded one. */
  readonly recordCalls: boolean | undefined;
  /** Keys that are pressed in a call are told and recorded without saying which. */
  readonly maskDtmf: boolean;
  /** Undefined: each way to run has its own default. */
  readonly logLevel: LogLevel | undefined;
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

export interface DrachtioAddress extends HostAndPort {
  readonly secret: string;
}

/** More would be more than any machine's cores are good for. */
const MOST_MEDIA_PROCESSES = 64;

const KNOWN = new Set([
  'RINGBACK_HOST',
  'RINGBACK_PUBLIC_HOST',
  'RINGBACK_HTTP_PORT',
  'RINGBACK_SIP_PORT',
  'RINGBACK_SIP_TLS_PORT',
  'RINGBACK_SIP_WS_PORT',
  'RINGBACK_SIP_WSS_PORT',
  'RINGBACK_TLS_CERT',
  'RINGBACK_TLS_KEY',
  'RINGBACK_SIP_WS_URL',
  'RINGBACK_HEP_PORT',
  'RINGBACK_RTP_PORTS',
  'RINGBACK_MEDIA_PROCESSES',
  'RINGBACK_DOMAIN',
  'RINGBACK_DATA_DIR',
  'RINGBACK_SUBSCRIBERS',
  'RINGBACK_KEEP_CALLS',
  'RINGBACK_TOKEN',
  'RINGBACK_RECORD_CALLS',
  'RINGBACK_MASK_DTMF',
  'RINGBACK_LOG_LEVEL',
]);

/**
 * The configuration of this process: its environment, over `.env` in `directory`.
 * @throws ConfigError that names the first setting at fault.
 */
export function loadConfig(directory = process.cwd()): Config {
  return parseConfig({ ...readEnvFile(resolve(directory, '.env')), ...process.env }, directory);
}

/** @throws ConfigError that names the first setting at fault. */
export function parseConfig(settings: Settings, directory: string): Config {
  refuseUnknown(settings);
  const bound = ipAddress(settings, 'RINGBACK_HOST', '127.0.0.1');
  const exposed = !isLoopback(bound);
  const sipWsPort = port(settings, 'RINGBACK_SIP_WS_PORT', 5066);
  const token = text(settings, 'RINGBACK_TOKEN');
  if (token !== undefined && !/^[\w-]{16,}$/.test(token))
    throw new ConfigError('RINGBACK_TOKEN', 'give at least 16 letters, digits, - or _');
  return {
    host: bound,
    publicHost: host(settings, 'RINGBACK_PUBLIC_HOST', bound),
    httpPort: port(settings, 'RINGBACK_HTTP_PORT', 3000),
    sipPort: port(settings, 'RINGBACK_SIP_PORT', 5060),
    sipTlsPort: port(settings, 'RINGBACK_SIP_TLS_PORT', 5061),
    sipWsPort,
    sipWssPort: port(settings, 'RINGBACK_SIP_WSS_PORT', 7443),
    sipTlsFiles: sipTlsFiles(settings, directory),
    sipWsUrl: (
      url(settings, 'RINGBACK_SIP_WS_URL', ['ws', 'wss'], 'ws://host:5066') ??
      new URL(`ws://${bound.includes(':') ? `[${bound}]` : bound}:${sipWsPort}`)
    ).href,
    hepPort: port(settings, 'RINGBACK_HEP_PORT', 9060),
    rtpPorts: portRange(settings, 'RINGBACK_RTP_PORTS', { min: 30000, max: 30999 }),
    mediaProcesses: count(settings, 'RINGBACK_MEDIA_PROCESSES', MOST_MEDIA_PROCESSES),
    domain: host(settings, 'RINGBACK_DOMAIN', 'ringback.local').toLowerCase(),
    dataDir: resolve(directory, text(settings, 'RINGBACK_DATA_DIR') ?? 'data'),
    subscribers: parseSubscribers(text(settings, 'RINGBACK_SUBSCRIBERS')),
    keepCallsDays: keepCallsDays(settings),
    token,
    exposed,
    elevenLabs: elevenLabs(settings),
    ffmpegPath: text(settings, 'FFMPEG_PATH'),
    drachtio: drachtio(settings),
    rtpengine: rtpengine(settings),
    databaseUrl: url(
      settings,
      'DATABASE_URL',
      ['postgres', 'postgresql'],
      'postgres://user:password@host:5432/name',
    )?.href,
    natsUrl: url(settings, 'NATS_URL', ['nats', 'tls'], 'nats://host:4222')?.href,
    recordCalls: yesOrNo(settings, 'RINGBACK_RECORD_CALLS'),
    maskDtmf: yesOrNo(settings, 'RINGBACK_MASK_DTMF') ?? false,
    logLevel: oneOf(settings, 'RINGBACK_LOG_LEVEL', LOG_LEVELS),
  };
}

function refuseUnknown(settings: Settings): void {
  const unknown = Object.keys(settings).find((name) => name.startsWith('RINGBACK_') && !KNOWN.has(name));
  if (unknown) throw new ConfigError(unknown, `no such setting; known are ${[...KNOWN].join(', ')}`);
}

function readEnvFile(path: string): Settings {
  try {
    return parse(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigError('.env', `cannot be read: ${(error as Error).message}`);
  }
}

const KEEP_CALLS_DAYS = 90;
const MOST_DAYS = 36_500;

function keepCallsDays(settings: Settings): number | undefined {
  if (text(settings, 'RINGBACK_KEEP_CALLS') === 'forever') return undefined;
  return count(settings, 'RINGBACK_KEEP_CALLS', MOST_DAYS, ' (days), or forever') ?? KEEP_CALLS_DAYS;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function sipTlsFiles(settings: Settings, directory: string): Config['sipTlsFiles'] {
  const cert = text(settings, 'RINGBACK_TLS_CERT');
  const key = text(settings, 'RINGBACK_TLS_KEY');
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined) throw new ConfigError('RINGBACK_TLS_CERT', 'missing; RINGBACK_TLS_KEY needs it');
  if (key === undefined) throw new ConfigError('RINGBACK_TLS_KEY', 'missing; RINGBACK_TLS_CERT needs it');
  return { cert: resolve(directory, cert), key: resolve(directory, key) };
}

function elevenLabs(settings: Settings): Config['elevenLabs'] {
  const apiKey = text(settings, 'ELEVENLABS_API_KEY');
  const baseUrl = url(settings, 'ELEVENLABS_BASE_URL', ['http', 'https'], 'https://api.elevenlabs.io')?.href;
  if (apiKey === undefined) return undefined;
  return { apiKey, ...(baseUrl === undefined ? {} : { baseUrl: baseUrl.replace(/\/$/, '') }) };
}

function drachtio(settings: Settings): DrachtioAddress | undefined {
  const address = url(settings, 'DRACHTIO_URL', ['tcp'], 'tcp://:secret@host:9022');
  if (!address) return undefined;
  if (address.password === '')
    throw new ConfigError('DRACHTIO_URL', 'no secret; give tcp://:secret@host:9022');
  return {
    host: address.hostname,
    port: Number(address.port || 9022),
    secret: decodeURIComponent(address.password),
  };
}

function rtpengine(settings: Settings): HostAndPort | undefined {
  const address = url(settings, 'RTPENGINE_URL', ['udp'], 'udp://host:22222');
  return address && { host: address.hostname, port: Number(address.port || 22222) };
}
