import { createLogger, fail, onShutdown } from '@ringback/runtime';
import { readCommandLine, USAGE } from './command-line.ts';
import { startSupervisedRtpengine } from './index.ts';

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(`${USAGE}\n`);
} else {
  try {
    const { logLevel, ...options } = readCommandLine(args);
    const logger = createLogger('rtpengine', logLevel);
    const engine = await startSupervisedRtpengine({ ...options, logger });
    onShutdown(logger, () => engine.close());
  } catch (error) {
    fail(error);
  }
}
