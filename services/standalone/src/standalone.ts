import { type NewSubscriber, start as startB2bua } from '@ringback/b2bua';
import type { PartHealth } from '@ringback/contracts';
import { start as startGateway } from '@ringback/gateway';
import {
  type Bus,
  type Config,
  createBus,
  createLogger,
  type LogLevel,
  type RunningService,
} from '@ringback/runtime';
import { shareRtpPorts } from './media-ports.ts';
import { explained } from './port-taken.ts';
import { database, mediaServer, type Server, sipServer } from './servers.ts';
import { startThreadPart } from './thread-part.ts';
import type { VoiceData } from './threads/voice.ts';

export interface Standalone {
  /** The page's address; holds the API token when there is one. */
  readonly pageUrl: string;
  readonly newSubscribers: readonly NewSubscriber[];
  readonly modes: Record<'sip' | 'media' | 'database', Server<unknown>['mode']>;
  /** No new calls, those that are up end, records are written; then every part stops, the last started first. */
  close(): Promise<void>;
}

/** Starts the embedded servers that the configuration does not replace, and every service on top of them. */
export async function startStandalone(given: Config): Promise<Standalone> {
  const logLevel: LogLevel = given.logLevel ?? 'warn';
  const logger = createLogger('ringback', logLevel);
  const running: { close(): Promise<void> }[] = [];
  const started = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    running.push(part);
    return part;
  };
  const closeAll = async () => {
    for (const part of running.splice(0).reverse()) await part.close();
  };

  try {
    const ports = given.rtpengine
      ? { media: given.rtpPorts, voice: given.rtpPorts }
      : shareRtpPorts(given.rtpPorts);
    const bus = await started(createBus(given, 'standalone', logger));
    const servers = await allStarted([
      started(sipServer(given, logger, logLevel)),
      started(mediaServer(given, ports.media, bus, logger)),
      started(database(given, logger)),
    ] as const);
    const [sip, media, records] = servers;
    const config = {
      ...given,
      drachtio: sip.address,
      rtpengine: media.address,
      databaseUrl: records.address,
    } satisfies Config;
    const context = (name: string) => ({ config, bus, logger: createLogger(name, logLevel) });

    const voiceIsUp = partIsUp(bus, 'voice');
    const voiceModule = new URL('./threads/voice.ts', import.meta.url);
    const voiceData: VoiceData = { config: { ...config, rtpPorts: ports.voice }, logLevel };
    const modes = { sip: sip.mode, media: media.mode };
    const [b2bua, gateway, voice] = await allStarted([
      started(startB2bua(context('b2bua'), { modes })),
      started(
        explained(
          'RINGBACK_HTTP_PORT',
          startGateway(context('gateway'), media.processes && { media: media.processes }),
        ),
      ),
      started(startThreadPart('voice', voiceModule, voiceData, logger)),
    ] as const);
    await voiceIsUp;

    return {
      pageUrl: gateway.address,
      newSubscribers: b2bua.newSubscribers,
      modes: { sip: sip.mode, media: media.mode, database: records.mode },
      async close() {
        await drainAll([gateway, b2bua, voice]);
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function drainAll(services: readonly RunningService[]): Promise<void> {
  await Promise.all(services.map((service) => service.drain()));
}

/** Like `Promise.all`, but waits for every part before it fails, so that none starts behind the back of the end. */
async function allStarted<T extends readonly Promise<unknown>[]>(
  starting: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starting);
  return Promise.all(starting) as never;
}

const PATIENCE_MS = 10_000;

/** Resolves when a part says it is up, or after a while anyway: health goes on telling what is wrong with it. */
function partIsUp(bus: Bus, part: PartHealth['part']): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, PATIENCE_MS);
    const stop = bus.subscribe('part.health', (health) => {
      if (health.part === part && health.state === 'up') done();
    });
  });
}
