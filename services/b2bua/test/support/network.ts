import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BusEvents, CallDetail, MediaQualityEvent, NetworkEvent, PartHealth } from '@ringback/contracts';
import { type DrachtioServer, startDrachtio } from '@ringback/drachtio-embedded';
import { type Bus, type Config, createLocalBus, createLogger, parseConfig } from '@ringback/runtime';
import { openStore, type Store, startEmbeddedDatabase } from '@ringback/store';
import { hasPostgres, Inbox, startPostgres } from '@ringback/testing';
import { type B2buaOptions, type RunningB2bua, start } from '../../src/index.ts';
import { type MediaKind, mediaKinds, startMedia, type TestRtpengine } from './rtpengine.ts';

export interface TestNetwork {
  readonly config: Config;
  readonly bus: Bus;
  readonly store: Store;
  readonly drachtio: DrachtioServer;
  readonly rtpengine: TestRtpengine;
  readonly b2bua: RunningB2bua;
  /** Everything said on the bus, in order. */
  readonly events: NetworkEvent[];
  /** Every second of every call, in order. */
  readonly seconds: MediaQualityEvent[];
  /** The next `call.ended` that no test has taken, with its legs as they are on record. */
  endedCall(): Promise<CallDetail>;
  readonly health: Map<PartHealth['part'], BusEvents['part.health']>;
  /** Stops the SIP server, as a crash would. */
  stopSip(): Promise<void>;
  readonly sip: { readonly udp: Address; readonly tcp: Address; readonly ws: Address };
  close(): Promise<void>;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export const SECRET = 'b2bua-test';

/** The SIP server, a media server, a database and the service under test, on free ports of the loopback. */
export async function startNetwork(
  options: B2buaOptions = {},
  media: MediaKind = mediaKinds().at(-1)!,
  mediaTimeoutSec?: number,
): Promise<TestNetwork> {
  const logger = createLogger('b2bua-test', 'silent');
  const [database, rtpengine, drachtio] = await Promise.all([
    startDatabase(),
    startMedia(media, mediaTimeoutSec),
    startDrachtio({
      contacts: ['sip:127.0.0.1:0;transport=udp,tcp', 'sip:127.0.0.1:0;transport=ws'],
      admin: { host: '127.0.0.1', port: 0, secret: SECRET },
      logger,
    }),
  ]);
  const sip = { udp: at(drachtio, 'udp'), tcp: at(drachtio, 'tcp'), ws: at(drachtio, 'ws') };
  const settings = {
    RINGBACK_SUBSCRIBERS: '1001:alices-word:Alice,1002:bobs-word:Bob,1003:carols-word:Carol',
    RINGBACK_SIP_PORT: String(sip.udp.port),
    DRACHTIO_URL: `tcp://:${SECRET}@127.0.0.1:${drachtio.adminPort}`,
    RTPENGINE_URL: `udp://127.0.0.1:${rtpengine.address.port}`,
    DATABASE_URL: database.url,
  };
  const config = parseConfig(settings, tmpdir());
  const bus = createLocalBus(`b2bua-test-${drachtio.adminPort}`);
  const events: NetworkEvent[] = [];
  const health: TestNetwork['health'] = new Map();
  const seconds: MediaQualityEvent[] = [];
  bus.subscribe('media.quality', (second) => void seconds.push(second));
  const ends = new Inbox<NetworkEvent>(({ type }) => type);
  bus.subscribe('network.event', (event) => {
    events.push(event);
    if (event.type === 'call.ended') ends.put(event);
  });
  bus.subscribe('part.health', (part) => void health.set(part.part, part));
  let stopped: Promise<void> | undefined;
  const b2bua = await start({ config, bus, logger }, { drainMs: 200, ...options });
  const store = await openStore({ url: database.url, logger });
  const stopSip = () => {
    stopped ??= drachtio.close();
    return stopped;
  };
  return {
    config,
    bus,
    store,
    drachtio,
    rtpengine,
    b2bua,
    events,
    seconds,
    health,
    sip,
    stopSip,
    async endedCall() {
      const event = await ends.take('call.ended', () => true);
      if (!('call' in event)) throw new Error(`${event.type} has no call`);
      const detail = await store.calls.detail(event.call.id);
      if (!detail) throw new Error('the ended call is not on record');
      return detail;
    },
    async close() {
      await b2bua.drain();
      await b2bua.close();
      await store.close();
      await bus.close();
      await stopSip();
      await rtpengine.close();
      await database.close();
    },
  };
}

function at(drachtio: DrachtioServer, transport: string): Address {
  const text = drachtio.hostports.find((hostport) => hostport.startsWith(`${transport}/`)) ?? '';
  return { host: '127.0.0.1', port: Number(text.slice(text.lastIndexOf(':') + 1)) };
}

export async function startDatabase(): Promise<{ url: string; close(): Promise<void> }> {
  if (hasPostgres) return startPostgres();
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-b2bua-'));
  const { url, close } = await startEmbeddedDatabase({
    dataDir,
    logger: createLogger('b2bua-test', 'silent'),
  });
  return {
    url,
    async close() {
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
