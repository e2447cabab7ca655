import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { MediaQualityEvent } from '@ringback/contracts';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { guard } from './access/gate.ts';
import { pageRoutes } from './page/page-routes.ts';
import { addSecurityHeaders } from './page/security-headers.ts';
import { replyWithProblems } from './problem-reply.ts';
import { callRoutes } from './routes/call-routes.ts';
import { phoneRoutes } from './routes/phone-routes.ts';
import { recordingRoutes } from './routes/recording-routes.ts';
import type { App, AppDeps } from './routes/route-deps.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { speechRoutes } from './routes/speech-routes.ts';
import { stateRoutes } from './routes/state-routes.ts';
import { type StreamClients, streamRoutes, takeUpgrades } from './routes/stream-routes.ts';
import { subscriberRoutes } from './routes/subscriber-routes.ts';

export const VERSION = '0.1.0';

const BODY_LIMIT_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 60_000;

/** The whole HTTP interface. It never listens: `start` does, and tests inject. */
export async function buildApp(deps: AppDeps, clients: StreamClients): Promise<App> {
  const app: App = Fastify({
    loggerInstance: deps.logger as FastifyBaseLogger,
    // The URL of the first page holds the token; and what matters of a request is logged where it happens.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    // Requests are taken as they are: nothing is left out or turned into something else.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();

  replyWithProblems(app, deps.logger);
  addSecurityHeaders(app);
  await takeUpgrades(app, deps.logger);
  guard(app, deps.config, deps.token);
  await app.register(swagger, { openapi: DESCRIPTION });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  await app.register((scope: App) => streamRoutes(scope, deps, clients));
  await pageRoutes(app, deps.pageDir);
  await app.register((scope: App) => sessionRoutes(scope, deps));
  await app.register((scope: App) => callRoutes(scope, deps));
  await app.register((scope: App) => recordingRoutes(scope, deps));
  await app.register((scope: App) => speechRoutes(scope, deps));
  await app.register((scope: App) => phoneRoutes(scope, deps));
  await app.register((scope: App) => subscriberRoutes(scope, deps));
  await app.register((scope: App) => stateRoutes(scope, deps, VERSION));
  return app;
}

const DESCRIPTION: NonNullable<FastifyDynamicSwaggerOptions['openapi']> = {
  openapi: '3.1.0',
  info: {
    title: 'Ringback',
    version: VERSION,
    description:
      'A phone network on your laptop. Errors are RFC 9457 problems with `field` and `remedy`. ' +
      'Events come over the WebSocket `/ws?since=SEQ`: what happens to calls, legs, registrations, speech and SIP messages, ' +
      'and each second, for every call that is up, how it sounds (`media.quality`, told once and never again). SIP for softphones over the WebSocket `/sip` (RFC 7118).',
  },
  components: { schemas: { MediaQualityEvent: MediaQualityEvent as object } },
  tags: [
    { name: 'calls', description: 'Speak a text to a phone; call records' },
    { name: 'speech', description: 'Voices, and speech as a file' },
    { name: 'phones', description: 'Subscribers, registrations, the softphone' },
    { name: 'network', description: 'Health and metrics' },
  ],
};
