import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call, IssuedSession, Leg, VoiceCall } from '@ringback/contracts';
import { type Bus, BusError, createLocalBus, createLogger } from '@ringback/runtime';
import type { Speech } from '@ringback/speech';
import { openStore, type Store, startEmbeddedDatabase } from '@ringback/store';
import { ManualClock } from '@ringback/testing';
import { uuidv7 } from 'uuidv7';
import { buildApp } from '../src/app.ts';
import { CallDesk } from '../src/calls/call-desk.ts';
import { HepCollector } from '../src/capture/hep-collector.ts';
import { EventLog } from '../src/events/event-log.ts';
import { EventRecorder } from '../src/events/event-recorder.ts';
import { HealthBoard } from '../src/health-board.ts';
import { Metrics } from '../src/metrics.ts';
import { OneTimeFiles } from '../src/phones/one-time-files.ts';
import { QualityRecorder } from '../src/quality/quality-recorder.ts';
import { Recordings } from '../src/recording/recordings.ts';
import type { App, AppDeps } from '../src/routes/route-deps.ts';
import { StreamClients } from '../src/routes/stream-routes.ts';

export const logger = createLogger('gateway-test', 'silent');

export interface TestStore {
  readonly store: Store;
  readonly url: string;
  readonly dataDir: string;
  close(): Promise<void>;
}

/** A real database of its own, with Alice (1001, with a phone) and Bob (1002, without). */
export async function startStore(): Promise<TestStore> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-gateway-'));
  const database = await startEmbeddedDatabase({ dataDir, logger });
  const store = await openStore({ url: database.url, logger });
  await store.subscribers.save({ number: '1001', displayName: 'Alice', kind: 'subscriber' });
  await store.subscribers.save({ number: '1002', displayName: 'Bob', kind: 'subscriber' });
  await store.subscribers.save({ number: 'voice', displayName: 'Voice', kind: 'voice' });
  await store.bindings.save({
    id: 'binding-1',
    number: '1001',
    contact: 'sip:1001@127.0.0.1:40000',
    transport: 'udp',
    remoteAddress: '127.0.0.1:40000',
    userAgent: 'baresip',
    registeredAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    sipCallId: 'secret@call-id',
    cseq: 1,
  });
  return {
    store,
    url: database.url,
    dataDir,
    async close() {
      await store.close();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface TestGateway {
  readonly app: App;
  readonly bus: Bus;
  readonly clock: ManualClock;
  readonly events: EventLog;
  readonly desk: CallDesk;
  readonly collector: HepCollector;
  readonly recorder: EventRecorder;
  /** `http://127.0.0.1:port`, once listened to. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

const noSpeech: Pick<Speech, 'voices' | 'say' | 'wav'> = {
  voices: () => Promise.reject(new Error('not in this test')),
  say: () => Promise.reject(new Error('not in this test')),
  wav: async () => null,
};

/** Every part of the gateway as `start` wires it, on a bus of its own. */
export async function gatewayUnderTest(
  store: Store,
  change: Partial<Pick<AppDeps, 'speech' | 'token' | 'pageDir'>> & {
    config?: Partial<AppDeps['config']>;
    dataDir?: string;
    log?: ConstructorParameters<typeof EventLog>[1];
  } = {},
): Promise<TestGateway> {
  const bus = createLocalBus(uuidv7());
  const clock = new ManualClock(Date.now());
  const clients = new StreamClients();
  const metrics = new Metrics({ events: () => clients.total('events'), sip: () => clients.total('sip') });
  const events = new EventLog(clock, change.log);
  const recorder = new EventRecorder(store.calls, logger);
  const quality = new QualityRecorder(store.quality, logger);
  bus.subscribe('network.event', (event) => {
    metrics.event(event);
    events.append(event);
    recorder.hear(event);
    quality.hearEnd(event);
  });
  bus.subscribe('media.quality', (event) => {
    events.pass(event);
    quality.hear(event);
  });
  const collector = await HepCollector.start({
    host: '127.0.0.1',
    port: 0,
    sipServer: { hosts: ['127.0.0.1'], ports: [5060, 5066] },
    ...{ store, bus, clock, logger },
    onMessage: (message) => events.append({ type: 'sip.message', time: message.time, message }),
    count: (outcome) => metrics.hep(outcome),
  });
  const desk = new CallDesk({ store, bus, clock, logger });
  const health = new HealthBoard(bus, clock, { capture: () => collector.health() });
  const { config, speech = noSpeech, token, pageDir = '/nowhere/dist' } = change;
  const app = await buildApp(
    {
      config: {
        ...{ host: '127.0.0.1', publicHost: '127.0.0.1', exposed: false, sipWsUrl: 'ws://127.0.0.1:1' },
        ...{ httpPort: 3000, sipPort: 5060, sipTlsPort: 5061, domain: 'ringback.local', keepCallsDays: 90 },
        ...config,
      },
      ...{ store, bus, speech, clock, logger, desk, events, health, metrics, quality, token, pageDir },
      recordings: new Recordings(store, change.dataDir ?? '/nowhere'),
      files: new OneTimeFiles(clock),
      flushCaptured: () => collector.flush(),
    },
    clients,
  );
  return {
    ...{ app, bus, clock, events, desk, collector, recorder },
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    async close() {
      await app.close();
      health.close();
      desk.close();
      await collector.close();
      await recorder.settled();
      await quality.close();
      await bus.close();
    },
  };
}

/** The voice's side of the bus: takes every call it is given. */
export function serveVoice(bus: Bus, taken: VoiceCall[] = []): VoiceCall[] {
  bus.serve('voice.call', async (order) => {
    taken.push(order);
    return { worker: 'voice-1' };
  });
  return taken;
}

export const ISSUED: IssuedSession = {
  number: '2001',
  displayName: 'Browser 2001',
  uri: 'sip:2001@ringback.local',
  username: '2001.abcd',
  password: 'once',
  expiresAt: '2030-01-01T00:00:00.000Z',
};

/** The B2BUA's side of the bus: knows the number 2001, which is the next free one as well. */
export function serveSessions(bus: Bus): void {
  bus.serve('session.issue', async ({ number = '2001' }) => {
    if (number !== '2001') throw new BusError('not-found', `there is no subscriber ${number}`);
    return ISSUED;
  });
}

export function aCall(change: Partial<Call> = {}): Call {
  return {
    id: uuidv7(),
    status: 'queued',
    from: { number: '1002', displayName: 'Bob' },
    to: { number: '1001', displayName: 'Alice' },
    text: null,
    voiceId: null,
    speechProvider: null,
    firstAudioMs: null,
    speechCached: null,
    createdAt: new Date().toISOString(),
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    durationMs: null,
    end: null,
    explanation: null,
    ...change,
  };
}

export function aLeg(callId: string, change: Partial<Leg> = {}): Leg {
  return {
    id: uuidv7(),
    callId,
    role: 'caller',
    state: 'trying',
    sipCallId: `${uuidv7()}@127.0.0.1`,
    number: '1002',
    displayName: 'Bob',
    kind: 'phone',
    transport: 'udp',
    remoteAddress: '127.0.0.1:40000',
    userAgent: null,
    startedAt: new Date().toISOString(),
    answeredAt: null,
    endedAt: null,
    sipStatus: null,
    media: null,
    ...change,
  };
}

/** Looks again until it holds: for what another thread or socket will have done in a moment. */
export async function eventually<T>(look: () => Promise<T> | T, holds: (value: T) => boolean): Promise<T> {
  for (let left = 200; ; left--) {
    const value = await look();
    if (holds(value)) return value;
    if (left === 0) throw new Error(`did not come about: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
