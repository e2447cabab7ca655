import { defaultTiming, Recent } from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import { RouteTable } from '../application/route-table.ts';
import { Cdrs } from '../cdr/cdrs.ts';
import { Challenges } from '../challenges.ts';
import type { Clock } from '../clock.ts';
import { DialogTable } from '../dialog/dialog-table.ts';
import { FlowTable } from '../flow-table.ts';
import { nodeDns } from '../locate/dns.ts';
import { DEFAULT_MTU, Location } from '../locate/location.ts';
import type { DrachtioOptions } from '../options.ts';
import { CarriedCalls } from '../proxy/carried-calls.ts';
import { OwnRoutes } from '../proxy/own-route.ts';
import { RetryTargets } from '../proxy/retry-targets.ts';
import type { Listeners } from '../transport/listeners.ts';
import type { Core } from './core.ts';
import { SettlingRequests } from './settling.ts';
import { TransactionTable } from './transaction-table.ts';

/** What is there before the core, and needs its defaults filled in. */
export type CoreParts = Pick<
  Core,
  'clock' | 'limits' | 'meter' | 'guard' | 'backlog' | 'listeners' | 'streams' | 'requestHandlers'
>;

/** The state of a server in which nothing has happened yet. */
export function newCore(options: DrachtioOptions, parts: CoreParts): Core {
  const { clock, limits, listeners } = parts;
  const routes = new RouteTable<Application>();
  return {
    ...parts,
    timing: { ...defaultTiming, ...options.timing },
    logger: options.logger,
    shed: new Recent(limits.shed),
    flows: new FlowTable(clock, limits.bindings, limits.bindingsOfFlow),
    routes,
    answeredUserAgent: options.userAgentOptionsAutoRespond,
    transactions: new TransactionTable(),
    settling: new SettlingRequests(),
    dialogs: new DialogTable(),
    subscribing: new Map(),
    challenges: new Challenges(),
    location: locationOf(options, clock, listeners),
    natDetection: options.natDetection ?? 'on',
    ownRoutes: new OwnRoutes(),
    retryTargets: new RetryTargets(clock),
    carriedCalls: new CarriedCalls(limits.dialogs),
    defaultRefresher: options.defaultRefresher ?? 'none',
    cdrs: new Cdrs(options.cdrs ?? false, routes, clock),
  };
}

function locationOf(options: DrachtioOptions, clock: Clock, listeners: Listeners): Location {
  const { dns = {}, random = Math.random, mtu = DEFAULT_MTU, logger } = options;
  return new Location({ dns: 'naptr' in dns ? dns : nodeDns(dns, logger), clock, listeners, random, mtu });
}
