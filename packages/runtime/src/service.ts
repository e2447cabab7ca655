import type { Bus } from './bus.ts';
import { type Config, loadConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { createLocalBus } from './local-bus.ts';
import type { Logger } from './logger.ts';
import { createLogger } from './logger.ts';
import { createNatsBus } from './nats-bus.ts';

/** What every service is given, and all it may use of its surroundings. */
export interface ServiceContext {
  readonly config: Config;
  readonly bus: Bus;
  readonly logger: Logger;
}

export interface RunningService {
  /** No new calls; what is up ends by itself or at the service's deadline. Then `close`. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export type StartService = (context: ServiceContext) => Promise<RunningService>;

/** The bus that the configuration asks for. On the local bus, `network` keeps networks of one process apart. */
export function createBus(
  config: Config,
  service: string,
  logger: Logger,
  network = 'default',
): Promise<Bus> {
  return config.natsUrl
    ? createNatsBus(config.natsUrl, service, logger)
    : Promise.resolve(createLocalBus(network));
}

/**
 * Runs one service as a process of its own: configuration from the environment, NATS as the bus, SIGINT and
 * SIGTERM for an orderly end.
 */
export async function runService(name: string, start: StartService): Promise<void> {
  try {
    const config = loadConfig();
    if (!config.natsUrl)
      throw new ConfigError('NATS_URL', `needed by ${name} as a process of its own; or use npm start`);
    const logger = createLogger(name, config.logLevel);
    const bus = await createBus(config, name, logger);
    const service = await start({ config, bus, logger });
    logger.info('started');
    onShutdown(logger, async () => {
      await service.drain();
      await service.close();
      await bus.close();
    });
  } catch (error) {
    fail(error);
  }
}

/** Runs `close` once, at the first SIGINT or SIGTERM, then exits 0; a second signal exits at once. */
export function onShutdown(logger: Logger, close: () => Promise<void>): void {
  let closing = false;
  const stop = (signal: string) => {
    if (closing) process.exit(130);
    closing = true;
    logger.info({ signal }, 'stopping');
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** Says in one line why the start failed, and exits 1. */
export function fail(error: unknown): never {
  process.stderr.write(`ringback: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
