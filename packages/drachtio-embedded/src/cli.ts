import { readFile } from 'node:fs/promises';
import { createLogger, environmentOf } from '@ringback/runtime';
import { USAGE } from './command-line/option-table.ts';
import { readCommandLine, type Settings, type TlsFiles } from './command-line/settings.ts';
import { startDrachtio, type TlsCertificate } from './index.ts';
import { VERSION } from './version.ts';

async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2), environmentOf('DRACHTIO_'));
  if (command.run === 'server') await serve(command.settings);
  else process.stdout.write(`${command.run === 'help' ? USAGE : VERSION}\n`);
}

async function serve({ logLevel, options, tls, notes }: Settings): Promise<void> {
  const logger = createLogger('drachtio', logLevel);
  for (const note of notes) logger.warn(note);
  const certificate = tls ? { tls: await readCertificate(tls) } : {};
  const server = await startDrachtio({ ...options, ...certificate, logger });
  const { hostports: sip, adminPort, adminTlsPort, prometheusPort } = server;
  logger.info({ sip, adminPort, adminTlsPort, prometheusPort }, 'ready');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0)));
  }
}

async function readCertificate({ keyFile, certFile, chainFile, ...rest }: TlsFiles): Promise<TlsCertificate> {
  return {
    key: await readPem('--key-file', keyFile),
    cert: await readPem('--cert-file', certFile),
    ...(chainFile === undefined ? {} : { chain: await readPem('--chain-file', chainFile) }),
    ...rest,
  };
}

async function readPem(option: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(`${option} ${path} cannot be read`, { cause: error });
  });
}

main().catch((error: Error) => {
  process.stderr.write(`drachtio: ${error.message}\n`);
  process.exitCode = 1;
});
