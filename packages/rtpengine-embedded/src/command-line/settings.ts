import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { LOG_LEVELS, type LogLevel } from '@ringback/runtime';
import { DEFAULT_MEDIA_TIMEOUT_SEC, type RtpengineOptions } from './options.ts';

export const USAGE = `rtpengine [--interface=127.0.0.1] [--listen-ng=127.0.0.1:22222]
          [--port-min=30000] [--port-max=40000] [--timeout=60] [--log-level=6]
          [--recording-dir=DIRECTORY] [--ffmpeg=PROGRAM]

--interface   address of the media sockets; ADDRESS!ADVERTISED when another one stands in SDP
--listen-ng   UDP address of the NG control protocol
--timeout     seconds without any packet after which a call is freed
--recording-dir  where recorded calls go; without it nothing is recorded
--ffmpeg      decodes files to play that are no plain WAV; found on the PATH when not said
--log-level   0..7 as in syslog, or fatal error warn info debug trace silent`;

// Syslog severities, as rtpengine counts them.
const BY_NUMBER: readonly LogLevel[] = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'];

export type CommandLine = Omit<RtpengineOptions, 'logger'> & { logLevel: LogLevel };

/** Reads rtpengine's own options. Throws an Error with one clear line. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      interface: { type: 'string', short: 'i', default: '127.0.0.1' },
      'listen-ng': { type: 'string', short: 'n', default: '127.0.0.1:22222' },
      'port-min': { type: 'string', short: 'm', default: '30000' },
      'port-max': { type: 'string', short: 'M', default: '40000' },
      'recording-dir': { type: 'string' },
      ffmpeg: { type: 'string' },
      timeout: { type: 'string', short: 'o', default: String(DEFAULT_MEDIA_TIMEOUT_SEC) },
      'log-level': { type: 'string', short: 'L', default: '6' },
    },
  });
  const [host = '', advertisedHost] = values.interface.replace(/^[\w-]+\//, '').split('!');
  if (!isIP(host)) throw new Error(`--interface: ${host} is not an address`);
  const ng = /^(?:(.+):)?(\d+)$/.exec(values['listen-ng']);
  if (!ng) throw new Error('--listen-ng: expected ADDRESS:PORT');
  const rtpPorts = { min: port('port-min', values['port-min']), max: port('port-max', values['port-max']) };
  if (rtpPorts.max < rtpPorts.min + 3) throw new Error('--port-max: leave room for two calls at least');
  return {
    host,
    ...(advertisedHost && { advertisedHost }),
    ngHost: ng[1] ?? '127.0.0.1',
    ngPort: port('listen-ng', ng[2] ?? ''),
    rtpPorts,
    ...(values['recording-dir'] && { recordingDir: values['recording-dir'] }),
    ...(values.ffmpeg && { ffmpegPath: values.ffmpeg }),
    mediaTimeoutSec: whole('timeout', values.timeout),
    logLevel: logLevel(values['log-level']),
  };
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${name}: ${text} is not a positive number`);
  return Number(text);
}

function port(name: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new Error(`--${name}: ${text} is not a port`);
  return Number(text);
}

function logLevel(text: string): LogLevel {
  const level = /^[0-7]$/.test(text) ? BY_NUMBER[Number(text)] : LOG_LEVELS.find((known) => known === text);
  if (!level) throw new Error(`--log-level: ${text} is not known`);
  return level;
}
