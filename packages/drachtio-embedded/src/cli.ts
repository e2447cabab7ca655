import { parseArgs } from 'node:util';
import { createLogger, LOG_LEVELS, type LogLevel } from '@ringback/runtime';
import { type DrachtioOptions, startDrachtio } from './index.ts';

/** drachtio-server's own option names, as far as this server has what they name. */
const OPTIONS = {
  contact: { type: 'string', short: 'c', multiple: true },
  address: { type: 'string' },
  port: { type: 'string', short: 'p' },
  secret: { type: 'string' },
  'external-ip': { type: 'string' },
  homer: { type: 'string' },
  'homer-id': { type: 'string' },
  loglevel: { type: 'string', short: 'l' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `usage: npm run drachtio -- --contact "sip:127.0.0.1:5060;transport=udp,tcp" [options]
  --contact, -c    where SIP is spoken; several, or several separated by commas ("sip:a,sip:b")
  --address        address of the port for applications (127.0.0.1)
  --port, -p       that port (9022)
  --secret         what applications have to show (cymru)
  --external-ip    put in Via and Contact instead of the bound address
  --homer          copy every SIP message there as HEPv3: address:port
  --homer-id       capture id in those copies (1)
  --loglevel, -l   ${LOG_LEVELS.join(', ')} (info)`;

/** Two contacts in one option are told from two transports in one contact by the scheme. */
function splitContacts(texts: string[]): string[] {
  return texts.flatMap((text) => text.split(/,(?=sips?:)/)).map((text) => text.trim());
}

function number(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) throw new Error(`--${name} must be a number up to ${max}`);
  return value;
}

function hepTarget(homer: string, id: string): NonNullable<DrachtioOptions['hep']> {
  const match = /^\[?([^\]]+?)\]?:(\d+)$/.exec(homer);
  if (!match) throw new Error('--homer must be address:port');
  return {
    host: match[1]!,
    port: number('homer', match[2]!, 65_535),
    captureId: number('homer-id', id, 4_294_967_295),
  };
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (!level) throw new Error(`--loglevel must be one of ${LOG_LEVELS.join(', ')}`);
  return level;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const logger = createLogger('drachtio', logLevel(values.loglevel ?? 'info'));
  const server = await startDrachtio({
    contacts: splitContacts(values.contact ?? ['sip:127.0.0.1:5060;transport=udp,tcp']),
    admin: {
      host: values.address ?? '127.0.0.1',
      port: number('port', values.port ?? '9022', 65_535),
      secret: values.secret ?? 'cymru',
    },
    ...(values['external-ip'] === undefined ? {} : { externalHost: values['external-ip'] }),
    ...(values.homer === undefined ? {} : { hep: hepTarget(values.homer, values['homer-id'] ?? '1') }),
    logger,
  });
  logger.info({ sip: server.hostports, adminPort: server.adminPort }, 'ready');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0)));
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
