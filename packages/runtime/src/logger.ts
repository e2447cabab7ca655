import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Members that hold secrets, wherever in a logged object they stand. */
const SECRET_MEMBERS = ['password', 'secret', 'apiKey', 'token', 'ha1', 'authorization', 'xi-api-key'];
const redact = {
  paths: SECRET_MEMBERS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
  censor: '[redacted]',
};

/** A logger named after its service: readable lines on a terminal, JSON elsewhere. */
export function createLogger(name: string, level: LogLevel = 'info'): Logger {
  const options = { name, level, redact };
  if (!process.stdout.isTTY) return pino(options);
  return pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', sync: true }));
}
