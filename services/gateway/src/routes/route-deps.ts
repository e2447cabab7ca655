import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Bus, Clock, Config, Logger } from '@ringback/runtime';
import type { Speech } from '@ringback/speech';
import type { Store } from '@ringback/store';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { CallDesk } from '../calls/call-desk.ts';
import type { EventLog } from '../events/event-log.ts';
import type { HealthBoard } from '../health-board.ts';
import type { Metrics } from '../metrics.ts';
import type { OneTimeFiles } from '../phones/one-time-files.ts';
import type { QualityRecorder } from '../quality/quality-recorder.ts';
import type { Recordings } from '../recording/recordings.ts';

/** What the routes work with. */
export interface AppDeps {
  readonly config: Pick<
    Config,
    | 'host'
    | 'publicHost'
    | 'exposed'
    | 'sipWsUrl'
    | 'httpPort'
    | 'sipPort'
    | 'sipTlsPort'
    | 'domain'
    | 'keepCallsDays'
  >;
  readonly store: Store;
  readonly bus: Bus;
  readonly speech: Pick<Speech, 'voices' | 'say' | 'wav'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly desk: CallDesk;
  readonly events: EventLog;
  readonly health: HealthBoard;
  readonly metrics: Metrics;
  readonly quality: Pick<QualityRecorder, 'settle'>;
  readonly recordings: Recordings;
  /** Stores what was captured and is on its way, so that a reader gets all of it. */
  flushCaptured(): Promise<void>;
  readonly files: OneTimeFiles;
  readonly token: string | undefined;
  /** The built page. */
  readonly pageDir: string;
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
