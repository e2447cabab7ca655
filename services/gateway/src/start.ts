import { isIP } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Config,
  ConfigError,
  type Logger,
  type RunningService,
  type ServiceContext,
  systemClock,
} from '@ringback/runtime';
import { createSpeech, type Speech, SpeechError } from '@ringback/speech';
import { openStore } from '@ringback/store';
import { tokenOf } from './access/token.ts';
import { buildApp, VERSION } from './app.ts';
import { CallDesk } from './calls/call-desk.ts';
import { Explainer } from './calls/explainer.ts';
import { HepCollector } from './capture/hep-collector.ts';
import { EventLog } from './events/event-log.ts';
import { EventRecorder } from './events/event-recorder.ts';
import { HealthBoard } from './health-board.ts';
import { type MediaReading, Metrics } from './metrics.ts';
import { busHealth, databaseHealth, speechHealth } from './own-health.ts';
import { OneTimeFiles } from './phones/one-time-files.ts';
import { QualityRecorder } from './quality/quality-recorder.ts';
import { Recordings } from './recording/recordings.ts';
import { RecordKeeper } from './records/record-keeper.ts';
import type { App } from './routes/route-deps.ts';
import { StreamClients } from './routes/stream-routes.ts';

export interface RunningGateway extends RunningService {
  /** The page's address; holds the API token when there is one. */
  readonly address: string;
  /** The UDP port that takes captured packets. */
  readonly hepPort: number;
}

export interface GatewayOptions {
  /** The processes of an embedded media server, for Prometheus. */
  readonly media?: () => readonly MediaReading[];
}

const PAGE_DIR = fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** Starts the gateway. @throws ConfigError with the code `EADDRINUSE` that names the setting of a port in use. */
export async function start(context: ServiceContext, options: GatewayOptions = {}): Promise<RunningGateway> {
  const closers: (() => unknown)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await startParts(context, options, closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function startParts(
  { config, bus, logger }: ServiceContext,
  { media }: GatewayOptions,
  closers: (() => unknown)[],
  closeAll: () => Promise<void>,
): Promise<RunningGateway> {
  const clock = systemClock;
  if (config.databaseUrl === undefined) throw new ConfigError('DATABASE_URL', 'needed by the gateway');
  const store = await openStore({
    url: config.databaseUrl,
    logger,
    spoolFile: join(config.dataDir, 'spool', 'gateway.jsonl'),
  });
  closers.push(() => store.close());
  const speech = await speechOrNone(config, logger);
  closers.push(() => speech.close());

  const clients = new StreamClients();
  const metrics = new Metrics({ events: () => clients.total('events'), sip: () => clients.total('sip') });
  metrics.addProcess();
  if (media) metrics.addMedia(media);
  const events = new EventLog(clock);
  const recorder = new EventRecorder(store.calls, logger);
  closers.push(() => recorder.settled());
  const quality = new QualityRecorder(store.quality, logger);
  closers.push(() => quality.close());
  closers.push(
    bus.subscribe('network.event', (event) => {
      metrics.event(event);
      events.append(event);
      recorder.hear(event);
      quality.hearEnd(event);
    }),
  );
  closers.push(
    bus.subscribe('media.quality', (event) => {
      events.pass(event);
      quality.hear(event);
    }),
  );
  const collector = await HepCollector.start({
    host: hepHost(config),
    port: config.hepPort,
    sipServer: {
      hosts: [config.host, config.publicHost],
      ports: [config.sipPort, config.sipWsPort],
    },
    maskDtmf: config.maskDtmf,
    store,
    bus,
    clock,
    logger,
    onMessage: (message) => events.append({ type: 'sip.message', time: message.time, message }),
    count: (outcome) => metrics.hep(outcome),
  });
  closers.push(() => collector.close());
  const recordings = new Recordings(store, config.dataDir);
  const keeper = new RecordKeeper({
    calls: store.calls,
    keepDays: config.keepCallsDays,
    forget: [(callIds) => recordings.removeFiles(callIds)],
    clock,
    logger,
  }).start();
  closers.push(() => keeper.close());
  const explainer = new Explainer({
    store,
    logger,
    flushCaptured: () => collector.flush(),
    told: (call) =>
      events.append({ type: 'call.explained', time: new Date(clock.nowMs()).toISOString(), call }),
  });
  closers.push(() => explainer.close());
  closers.push(bus.subscribe('network.event', (event) => explainer.hear(event)));
  void explainer.catchUp();
  const desk = new CallDesk({ store, bus, clock, logger });
  closers.push(() => desk.close());
  const health = new HealthBoard(bus, clock, {
    gateway: () => ({ part: 'gateway', state: 'up', mode: 'embedded', detail: `version ${VERSION}` }),
    capture: () => collector.health(),
    database: () => databaseHealth(store),
    speech: () => speechHealth(speech),
    bus: () => busHealth(config, bus.connected),
  });
  closers.push(() => health.close());

  const token = tokenOf(config);
  const files = new OneTimeFiles(clock);
  const app = await buildApp(
    {
      ...{
        config,
        store,
        bus,
        speech,
        clock,
        logger,
        desk,
        events,
        health,
        metrics,
        quality,
        recordings,
        token,
        files,
      },
      flushCaptured: () => collector.flush(),
      pageDir: PAGE_DIR,
    },
    clients,
  );
  closers.push(() => app.close());
  const port = await listen(app, config);
  return {
    address: pageAddress(config, port, token),
    hepPort: collector.port,
    drain: async () => desk.drain(),
    close: closeAll,
  };
}

async function listen(app: App, { host, httpPort }: Config): Promise<number> {
  try {
    await app.listen({ host, port: httpPort });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const taken = `port ${httpPort} of ${host} is in use; stop what uses it or set another port`;
    throw Object.assign(new ConfigError('RINGBACK_HTTP_PORT', taken), { code: 'EADDRINUSE' });
  }
  return (app.server.address() as { port: number }).port;
}

/** Where a browser on this machine, or one that knows the public name, finds the page. */
function pageAddress(
  { publicHost }: Pick<Config, 'publicHost'>,
  port: number,
  token: string | undefined,
): string {
  const name = ['0.0.0.0', '::', '127.0.0.1'].includes(publicHost) ? 'localhost' : publicHost;
  const address = `http://${isIP(name) === 6 ? `[${name}]` : name}:${port}`;
  return token === undefined ? address : `${address}/?token=${token}`;
}

/** A SIP server on this machine is listened to on the loopback only: nobody else can then make messages up. */
function hepHost({ host, drachtio }: Pick<Config, 'host' | 'drachtio'>): string {
  const isHere = drachtio === undefined || ['127.0.0.1', 'localhost', '::1'].includes(drachtio.host);
  return isHere ? '127.0.0.1' : host;
}

/** Without ffmpeg everything but speech works, and speech says why not. */
async function speechOrNone(config: Config, logger: Logger): Promise<Speech> {
  const { dataDir, ffmpegPath, elevenLabs } = config;
  try {
    return await createSpeech({ dataDir, ffmpegPath, elevenLabs, logger });
  } catch (error) {
    if (!(error instanceof SpeechError)) throw error;
    logger.error({ err: error }, 'no speech');
    const fail = () => Promise.reject(error);
    return {
      provider: elevenLabs ? 'elevenlabs' : 'builtin',
      voices: fail,
      say: fail,
      wav: async () => null,
      defaultVoiceId: fail,
      close: async () => undefined,
    };
  }
}
