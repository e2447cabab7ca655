import { type AdminServer, listenAdmin } from './application/admin-server.ts';
import { commandHandler } from './application/commands.ts';
import { type Clock, realClock } from './clock.ts';
import { parseContact } from './contact.ts';
import type { Core } from './core/core.ts';
import { flowClosed } from './core/flow-closed.ts';
import { newCore } from './core/new-core.ts';
import { receiveMalformed, receiveMessage } from './core/receive.ts';
import { Backlog } from './guard/backlog.ts';
import { Guard } from './guard/guard.ts';
import { guardSettings } from './guard/options.ts';
import type { RefusalCounts } from './guard/refusals.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { Readings } from './monitoring/metrics.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import type { DrachtioOptions } from './options.ts';
import { HandlerTable } from './request-handler/handler-table.ts';
import { RequestHandlers, type SharedSettings } from './request-handler/request-handlers.ts';
import type { Flow, TransportEvents } from './transport/flow.ts';
import { hostport, type Listeners, openListeners } from './transport/listeners.ts';
import { StreamTable, type StreamTransport } from './transport/stream-table.ts';

export interface DrachtioStats extends Readings {
  connectionsByTransport: Record<StreamTransport, number>;
  /** How often something was not taken, or not answered as it asked, by reason; since the start. */
  refused: RefusalCounts;
  /** Addresses nothing is taken from for now. */
  banned: number;
}

export interface DrachtioServer {
  /** 0 when there is none. */
  adminPort: number;
  adminTlsPort: number;
  prometheusPort: number;
  /** `udp/127.0.0.1:5060` */
  hostports: string[];
  stats(): DrachtioStats;
  /** Closes every socket; a second call waits for the first. Calls are not ended: that is for the applications to do before. */
  close(): Promise<void>;
}

/**
 * Starts a SIP server that speaks the drachtio protocol.
 * @throws Error with `code` EADDRINUSE and a message naming transport, address and port; an Error with a sentence
 *   for a contact that cannot be read.
 */
export async function startDrachtio(options: DrachtioOptions): Promise<DrachtioServer> {
  const clock = options.clock ?? realClock;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const handlers = new HandlerTable(options.requestHandlers ?? []);
  const monitoring = await Monitoring.open(options, clock);
  // Sockets open before the core that needs them exists; nothing can arrive before the next turn of the event loop.
  let core: Core | undefined;
  const streams = new StreamTable();
  const guard = new Guard(guardSettings(options.guard), clock, monitoring.meter);
  const backlog = new Backlog((flow, message) => {
    if (core) receiveSafely(core, flow, message);
  });
  const events: TransportEvents = {
    accepts: (socket) => guard.accepts(socket),
    opened: (flow) => streams.add(flow),
    received: (flow, message) => {
      if (!guard.admits(flow.remote.host)) {
        // A stream cannot lose a message, as a datagram can, and go on.
        flow.destroy();
        return;
      }
      monitoring.message(flow, 'in', message);
      // What a stream brings too soon waits at its sender (TCP); a datagram waits here.
      if (flow.reliable) {
        if (core) receiveSafely(core, flow, message);
      } else if (!backlog.take(flow, message)) monitoring.meter.refused('overload');
    },
    unframed: (flow, error, request) => {
      if (core) receiveMalformed(core, flow, error, request);
    },
    sent: (flow, message) => monitoring.message(flow, 'out', message),
    closed: (flow) => {
      streams.remove(flow);
      if (core) flowClosed(core, flow);
    },
  };
  const listeners = await open(options, limits, clock, events).catch(async (error: unknown) => {
    await monitoring.close();
    throw error;
  });
  const { meter } = monitoring;
  const shared = { ...sharedSettings(options, listeners, limits, clock), meter };
  const requestHandlers = new RequestHandlers(handlers, shared, options.tls?.ca);
  const parts = { clock, limits, meter, guard, backlog, listeners, streams, requestHandlers };
  const ready = newCore(options, parts);
  core = ready;
  return run(ready, options, shared, monitoring);
}

/** What the network sends may find a fault of ours, but must not stop the server. */
function receiveSafely(core: Core, flow: Flow, message: Uint8Array): void {
  try {
    receiveMessage(core, flow, message);
  } catch (error) {
    core.logger.error({ err: error, remote: flow.remote }, 'a message could not be handled');
  }
}

async function open(
  options: DrachtioOptions,
  limits: Limits,
  clock: Clock,
  events: TransportEvents,
): Promise<Listeners> {
  if (options.contacts.length === 0) throw new Error('at least one contact is needed');
  const settings = {
    maxMessageBytes: limits.messageBytes,
    idleMs: limits.idleMs,
    connectMs: limits.connectMs,
    handshakeMs: limits.handshakeMs,
    keepAliveMs: (options.tcpKeepAliveSec ?? 45) * 1000,
    maxConnections: limits.connections,
    maxHandshakes: limits.handshakes,
    origins: options.webSocketOrigins,
    clock,
    logger: options.logger,
    ...(options.externalHost === undefined ? {} : { externalHost: options.externalHost }),
    ...(options.tls ? { tls: options.tls } : {}),
  };
  return openListeners(options.contacts.map(parseContact), settings, events);
}

function sharedSettings(
  { admin, logger }: DrachtioOptions,
  listeners: Listeners,
  limits: Limits,
  clock: Clock,
): Omit<SharedSettings, 'meter'> {
  return {
    secret: admin.secret,
    hostports: listeners.all.map((listener) => hostport(listener, listener.advertised)),
    localHostports: listeners.all.map((listener) => hostport(listener, listener.local)),
    keepAliveSec: admin.keepAliveSec ?? 45,
    limits,
    clock,
    logger,
  };
}

async function run(
  core: Core,
  options: DrachtioOptions,
  shared: SharedSettings,
  monitoring: Monitoring,
): Promise<DrachtioServer> {
  const { listeners } = core;
  let admin: AdminServer | undefined;
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    stopAll(core);
    core.requestHandlers.close();
    await admin?.close();
    await listeners.close();
    core.flows.clear();
    await monitoring.close();
  };
  const stats = () => readStats(core, admin);
  try {
    admin = await listenAdmin(options.admin, { ...shared, handler: commandHandler(core) }, options.tls);
    await monitoring.serve(options, stats);
  } catch (error) {
    await closeAll();
    throw error;
  }
  return {
    adminPort: admin.port,
    adminTlsPort: admin.tlsPort,
    prometheusPort: monitoring.port,
    hostports: [...shared.localHostports],
    stats,
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

function readStats(core: Core, admin: AdminServer | undefined): DrachtioStats {
  const outbound = core.requestHandlers.applications.authenticatedCount;
  return {
    applications: (admin?.applicationCount ?? 0) + outbound,
    serverTransactions: core.transactions.incomingCount,
    clientTransactions: core.transactions.outgoingCount,
    dialogs: core.dialogs.size,
    stableDialogs: core.dialogs.all().filter(({ state }) => state.state === 'confirmed').length,
    bindings: core.flows.size,
    connections: core.streams.size,
    connectionsByTransport: core.streams.count(),
    refused: core.guard.refused,
    banned: core.guard.banned,
  };
}

/** No timer of a call outlives the server. */
function stopAll(core: Core): void {
  for (const { transaction } of core.transactions.allIncoming()) transaction.abandon();
  for (const { transaction } of core.transactions.allOutgoing()) transaction.abandon('normal');
  for (const dialog of core.dialogs.all()) core.dialogs.remove(dialog);
}
