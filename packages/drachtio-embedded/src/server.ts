import { defaultTiming } from '@ringback/sip';
import { listenAdmin } from './application/admin-server.ts';
import { commandHandler } from './application/commands.ts';
import type { Application } from './application/connection.ts';
import { RouteTable } from './application/route-table.ts';
import { Challenges } from './challenges.ts';
import { type Clock, realClock } from './clock.ts';
import { parseContact } from './contact.ts';
import type { Core } from './core/core.ts';
import { flowClosed } from './core/flow-closed.ts';
import { receiveMessage, refuse } from './core/receive.ts';
import { TransactionTable } from './core/transaction-table.ts';
import { DialogTable } from './dialog/dialog-table.ts';
import { FlowTable } from './flow-table.ts';
import { HepMirror } from './hep-mirror.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { nodeDns } from './locate/dns.ts';
import { DEFAULT_MTU, Location } from './locate/location.ts';
import type { DrachtioOptions } from './options.ts';
import { CarriedCalls } from './proxy/carried-calls.ts';
import { OwnRoutes } from './proxy/own-route.ts';
import { RetryTargets } from './proxy/retry-targets.ts';
import { HandlerTable } from './request-handler/handler-table.ts';
import { RequestHandlers, type SharedSettings } from './request-handler/request-handlers.ts';
import type { Flow, TransportEvents } from './transport/flow.ts';
import { hostport, type Listeners, openListeners } from './transport/listeners.ts';
import { StreamTable } from './transport/stream-table.ts';

export interface DrachtioStats {
  /** Connected, and the secret shown. */
  applications: number;
  serverTransactions: number;
  clientTransactions: number;
  dialogs: number;
  /** Clients whose connection is remembered. */
  bindings: number;
  /** Open SIP connections, over all stream transports. */
  connections: number;
}

export interface DrachtioServer {
  /** 0 when there is none. */
  adminPort: number;
  adminTlsPort: number;
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
  const { logger } = options;
  const handlers = new HandlerTable(options.requestHandlers ?? []);
  const mirror = options.hep ? new HepMirror(options.hep, clock, logger) : undefined;
  // Sockets open before the core that needs them exists; nothing can arrive before the next turn of the event loop.
  let core: Core | undefined;
  const streams = new StreamTable();
  const events: TransportEvents = {
    opened: (flow) => streams.add(flow),
    received: (flow, message) => {
      mirror?.capture(flow, 'in', message);
      if (core) receiveSafely(core, flow, message);
    },
    unframed: (flow, request, status, reason) => refuse(flow, request, status, reason),
    sent: (flow, message) => mirror?.capture(flow, 'out', message),
    closed: (flow) => {
      streams.remove(flow);
      if (core) flowClosed(core, flow);
    },
  };
  const listeners = await open(options, limits, clock, events);
  const shared = sharedSettings(options, listeners, limits, clock);
  const ready: Core = {
    clock,
    timing: { ...defaultTiming, ...options.timing },
    logger,
    limits,
    listeners,
    flows: new FlowTable(clock, limits.bindings),
    routes: new RouteTable<Application>(),
    requestHandlers: new RequestHandlers(handlers, shared, options.tls?.ca),
    transactions: new TransactionTable(),
    dialogs: new DialogTable(),
    subscribing: new Map(),
    challenges: new Challenges(),
    location: locationOf(options, clock, listeners),
    streams,
    ownRoutes: new OwnRoutes(options.admin.secret),
    retryTargets: new RetryTargets(clock),
    carriedCalls: new CarriedCalls(limits.dialogs),
    defaultRefresher: options.defaultRefresher ?? 'none',
  };
  core = ready;
  return run(ready, options, shared, mirror);
}

function locationOf(options: DrachtioOptions, clock: Clock, listeners: Listeners): Location {
  const { dns = {}, random = Math.random, mtu = DEFAULT_MTU, logger } = options;
  return new Location({ dns: 'naptr' in dns ? dns : nodeDns(dns, logger), clock, listeners, random, mtu });
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
): SharedSettings {
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
  mirror: HepMirror | undefined,
): Promise<DrachtioServer> {
  const { listeners } = core;
  const closeSip = async () => {
    await listeners.close();
    core.flows.clear();
    await mirror?.close();
  };
  const settings = { ...shared, handler: commandHandler(core) };
  const admin = await listenAdmin(options.admin, settings, options.tls).catch(async (error: unknown) => {
    await closeSip();
    throw error;
  });
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    stopAll(core);
    core.requestHandlers.close();
    await admin.close();
    await closeSip();
  };
  return {
    adminPort: admin.port,
    adminTlsPort: admin.tlsPort,
    hostports: [...shared.localHostports],
    stats: () => ({
      applications: admin.applicationCount + core.requestHandlers.applications.authenticatedCount,
      serverTransactions: core.transactions.incomingCount,
      clientTransactions: core.transactions.outgoingCount,
      dialogs: core.dialogs.size,
      bindings: core.flows.size,
      connections: core.streams.size,
    }),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** No timer of a call outlives the server. */
function stopAll(core: Core): void {
  for (const { transaction } of core.transactions.allIncoming()) transaction.abandon();
  for (const { transaction } of core.transactions.allOutgoing()) transaction.abandon('normal');
  for (const dialog of core.dialogs.all()) core.dialogs.remove(dialog);
}
