import type { Logger } from '@ringback/runtime';
import type { DefaultRefresher, Recent } from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import type { RouteTable } from '../application/route-table.ts';
import type { Cdrs } from '../cdr/cdrs.ts';
import type { Challenges } from '../challenges.ts';
import type { DialogTable } from '../dialog/dialog-table.ts';
import type { FlowTable } from '../flow-table.ts';
import type { Backlog } from '../guard/backlog.ts';
import type { Guard } from '../guard/guard.ts';
import type { Limits } from '../limits.ts';
import type { Location } from '../locate/location.ts';
import type { CarriedCalls } from '../proxy/carried-calls.ts';
import type { OwnRoutes } from '../proxy/own-route.ts';
import type { RetryTargets } from '../proxy/retry-targets.ts';
import type { RequestHandlers } from '../request-handler/request-handlers.ts';
import type { SubscribingTable } from '../subscription/subscribing.ts';
import type { TransactionEnvironment } from '../transaction/environment.ts';
import type { Listeners } from '../transport/listeners.ts';
import type { StreamTable } from '../transport/stream-table.ts';
import type { NatDetection } from '../uac/behind-nat.ts';
import type { Meter } from './meter.ts';
import type { SettlingRequests } from './settling.ts';
import type { TransactionTable } from './transaction-table.ts';

/** The state of one server. Each module of functions takes it as its first argument; nothing is process-wide. */
export interface Core extends TransactionEnvironment {
  readonly logger: Logger;
  readonly meter: Meter;
  readonly limits: Limits;
  readonly guard: Guard;
  readonly backlog: Backlog;
  /** Keys of requests that were shed: one that comes again must not be taken after its 503. */
  readonly shed: Recent<string, true>;
  readonly listeners: Listeners;
  readonly flows: FlowTable;
  readonly routes: RouteTable<Application>;
  readonly requestHandlers: RequestHandlers;
  /** Whose OPTIONS the server answers by itself. */
  readonly answeredUserAgent: string | undefined;
  readonly transactions: TransactionTable;
  readonly settling: SettlingRequests;
  readonly dialogs: DialogTable;
  readonly subscribing: SubscribingTable;
  readonly challenges: Challenges;
  readonly location: Location;
  readonly natDetection: NatDetection;
  /** Open SIP connections. */
  readonly streams: StreamTable;
  readonly ownRoutes: OwnRoutes;
  readonly retryTargets: RetryTargets;
  readonly carriedCalls: CarriedCalls;
  /** Who refreshes a session when the caller offers a timer and leaves that open. */
  readonly defaultRefresher: DefaultRefresher;
  readonly cdrs: Cdrs;
}
