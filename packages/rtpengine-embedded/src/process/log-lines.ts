import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Logger } from '@ringback/runtime';

const LEVELS = new Map<number, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>([
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);

/** The child's JSON lines become lines of our logger; anything else, as from the native library, is a warning. */
export function passLogs({ stdout, stderr }: ChildProcess, logger: Logger): void {
  if (stdout) createInterface({ input: stdout }).on('line', (line) => passLine(line, logger));
  if (stderr) createInterface({ input: stderr }).on('line', (line) => logger.warn(line));
}

function passLine(line: string, logger: Logger): void {
  try {
    const {
      level,
      msg,
      time: _time,
      pid: _pid,
      hostname: _hostname,
      name: _name,
      ...rest
    } = JSON.parse(line);
    logger[LEVELS.get(level) ?? 'info'](rest, msg);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    logger.warn(line);
  }
}
