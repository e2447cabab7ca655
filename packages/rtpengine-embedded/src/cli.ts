import { readFileSync } from 'node:fs';
import { createLogger, fail, onShutdown } from '@ringback/runtime';
import { USAGE } from './command-line/option-table.ts';
import { readCommandLine, type Settings, type TlsFiles } from './command-line/settings.ts';
import type { TlsKeys } from './control/transport/http-server.ts';
import { startSupervisedRtpengine } from './index.ts';

async function serve({ logLevel, options, https, notes }: Settings): Promise<void> {
  const logger = createLogger('rtpengine', logLevel);
  for (const note of notes) logger.info(note);
  const tls = https && { https: { host: https.host, port: https.port, ...keysIn(https) } };
  const engine = await startSupervisedRtpengine({ ...options, ...tls, logger });
  onShutdown(logger, () => engine.close());
}

function keysIn({ certFile, keyFile }: TlsFiles): TlsKeys {
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return String(JSON.parse(text).version);
}

try {
  const command = readCommandLine(process.argv.slice(2));
  if (command.run === 'help') process.stdout.write(`${USAGE}\n`);
  else if (command.run === 'version') process.stdout.write(`${version()}\n`);
  else await serve(command.settings);
} catch (error) {
  fail(error);
}
