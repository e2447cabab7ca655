import { join } from 'node:path';
import type { PartHealth } from '@ringback/contracts';
import { ConfigError, type RunningService, type ServiceContext, systemClock } from '@ringback/runtime';
import { openStore, type Store } from '@ringback/store';
import { createAuthenticator } from './auth/authenticator.ts';
import { ActiveCalls } from './call/active-calls.ts';
import { NO_ANSWER_MS } from './call/call-state.ts';
import { WATCH_INTERVAL_MS } from './call/call-watch.ts';
import { createInviteHandler } from './call/invite-handler.ts';
import { QUALITY_INTERVAL_MS } from './call/media-watch.ts';
import { recordCall } from './call/record-call.ts';
import { reportHealth } from './health.ts';
import { createMediaServer, type MediaServer } from './media/media-server.ts';
import { createRegistrar } from './registrar/registrar.ts';
import { ownAddresses } from './routing/own-addresses.ts';
import { answerOtherMethods } from './sip-server/other-methods.ts';
import { connectSipServer, type SipServer } from './sip-server/sip-server.ts';
import { type NewSubscriber, seedSubscribers } from './subscribers/seed.ts';
import { issueSession } from './subscribers/session-issuer.ts';
import { SubscriberDesk } from './subscribers/subscriber-desk.ts';

export interface B2buaOptions {
  /** How long phones ring before nobody has answered. */
  readonly noAnswerMs?: number;
  /** How often the phones of a call are asked whether they are still there. */
  readonly watchIntervalMs?: number;
  /** How often the media server is asked how a call sounds. */
  readonly qualityIntervalMs?: number;
  /** What the page says of the servers behind this service. */
  readonly modes?: { readonly sip: PartHealth['mode']; readonly media: PartHealth['mode'] };
  /** How long calls may go on once the network closes. */
  readonly drainMs?: number;
}

export interface RunningB2bua extends RunningService {
  /** Subscribers whose passwords were made at this start and are kept nowhere. */
  readonly newSubscribers: readonly NewSubscriber[];
}

const CONNECT_PATIENCE_MS = 10_000;
const SWEEP_INTERVAL_MS = 5_000;
const DRAIN_MS = 5_000;
/** Calls that are ended by force have their BYEs answered and their records written within this. */
const LAST_RECORDS_MS = 3_000;

/**
 * Starts registrar and B2BUA.
 * @throws ConfigError naming the variable that is missing or wrong; StoreError when there is no database.
 */
export async function start(
  { config, bus, logger }: ServiceContext,
  options: B2buaOptions = {},
): Promise<RunningB2bua> {
  const drachtio = needed('DRACHTIO_URL', config.drachtio);
  const rtpengine = needed('RTPENGINE_URL', config.rtpengine);
  const { nowMs } = systemClock;
  const store = await openStore({
    url: needed('DATABASE_URL', config.databaseUrl),
    logger,
    spoolFile: join(config.dataDir, 'spool', 'b2bua.jsonl'),
  });
  const closers: (() => unknown)[] = [() => store.close()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };

  try {
    await endInterrupted(store, bus, new Date(nowMs()).toISOString());
    const newSubscribers = await seedSubscribers(store, config);
    const mediaServer = createMediaServer(rtpengine, logger);
    closers.push(() => mediaServer.close());
    const sipServer = connectSipServer(drachtio, logger);
    closers.push(() => sipServer.close());
    const calls = serveSip({ config, bus, logger, store, sipServer, mediaServer, options, nowMs, closers });
    closers.push(
      bus.subscribe('call.hangup', ({ callId }) => calls.active.abort(callId, 'hung-up-over-api')),
      bus.serve('call.record', (order) => recordCall(calls.active, mediaIsOurs(options), order)),
      bus.serve('session.issue', (request) => issueSession({ store, domain: config.domain, nowMs }, request)),
      ...new SubscriberDesk({ store, registrar: calls.registrar, domain: config.domain, nowMs }).serve(bus),
      await reportHealth({
        bus,
        sipServer,
        mediaServer,
        modes: options.modes ?? { sip: 'external', media: 'external' },
        callCount: () => calls.active.size,
        draining: calls.draining,
      }),
    );
    // In containers the SIP server may be the last to start; health tells how long it takes.
    await sipServer.ready(CONNECT_PATIENCE_MS);
    return { newSubscribers, drain: () => calls.drain(options.drainMs ?? DRAIN_MS), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface SipDeps extends ServiceContext {
  readonly store: Store;
  readonly sipServer: SipServer;
  readonly mediaServer: MediaServer;
  readonly options: B2buaOptions;
  readonly nowMs: () => number;
  readonly closers: (() => unknown)[];
}

/** Takes requests from the SIP server: the registrar's, calls, and the rest. */
function serveSip({ config, bus, logger, store, sipServer, mediaServer, options, nowMs, closers }: SipDeps) {
  const { srf } = sipServer;
  let hostports: readonly string[] = [];
  let draining = false;
  let turn = 0;
  const own = ownAddresses(config, () => hostports);
  const authenticator = createAuthenticator({
    realm: config.domain,
    findCredential: store.credentials.find,
    nowMs,
    isOwnHost: own.isOwnHost,
  });
  const registrar = createRegistrar({ store, bus, logger, authenticator, own, nowMs });
  const active = new ActiveCalls(srf, logger);
  const failed = (what: string) => (error: unknown) => logger.error({ err: error }, what);

  srf.invite(
    createInviteHandler({
      admission: { store, authenticator, own, nowMs, nextTurn: () => turn++ },
      calls: {
        srf,
        logger,
        nowMs,
        calls: store.calls,
        bus,
        mediaServer,
        domain: config.domain,
        noAnswerMs: options.noAnswerMs ?? NO_ANSWER_MS,
        watchIntervalMs: options.watchIntervalMs ?? WATCH_INTERVAL_MS,
        qualityIntervalMs: options.qualityIntervalMs ?? QUALITY_INTERVAL_MS,
        recordCalls: config.recordCalls ?? (!config.exposed && mediaIsOurs(options)),
        maskDtmf: config.maskDtmf,
        callCount: () => active.size,
        contactIsDead: ({ binding }) =>
          void registrar.dropDead(binding).catch(failed('a dead binding was not removed')),
        hangUp: (dialog, reason) => active.hangUp(dialog, reason),
      },
      active,
      logger,
      draining: () => draining,
    }),
  );
  srf.register((req, res) => registrar.handle(req, res));
  answerOtherMethods(srf);
  sipServer.onChange((state) => {
    if (!state.connected) return active.abortAll('signalling-lost');
    hostports = state.hostports;
    active.tieLooseEnds();
  });
  const sweep = setInterval(() => {
    registrar.sweep().catch(failed('bindings that ran out were not removed'));
    store.credentials.removeExpired(nowMs()).catch(failed('credentials that ran out were not removed'));
  }, SWEEP_INTERVAL_MS);
  closers.push(() => clearInterval(sweep));

  return {
    active,
    registrar,
    draining: () => draining,
    async drain(patienceMs: number): Promise<void> {
      draining = true;
      await atMost(patienceMs, active.allFinished());
      active.abortAll('shutdown');
      await atMost(LAST_RECORDS_MS, active.allFinished());
    },
  };
}

/** Calls that a crash has left open are over, and whoever shows them hears of it. */
async function endInterrupted(store: Store, bus: ServiceContext['bus'], time: string): Promise<void> {
  for (const call of await store.calls.endInterrupted(time)) {
    bus.publish('network.event', { type: 'call.ended', time, call });
    const detail = call.end?.sentence ?? '';
    await store.calls.addEvent(call.id, { time, type: 'call.ended', legId: null, sipStatus: null, detail });
  }
}

/** An rtpengine of somebody else's records where and what it was told to, and its files are not ours to show. */
function mediaIsOurs({ modes }: B2buaOptions): boolean {
  return modes?.media === 'embedded';
}

function needed<T>(variable: string, value: T | undefined): T {
  if (value === undefined)
    throw new ConfigError(variable, 'needed by the b2bua; npm start fills it in by itself');
  return value;
}

/** Waits for `work`, but no longer than that. */
async function atMost(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, deadline]);
  clearTimeout(timer);
}
