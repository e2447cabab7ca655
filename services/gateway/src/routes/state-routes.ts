import { Health, NetworkSettings } from '@ringback/contracts';
import { reachableHost } from '../phones/reachable-host.ts';
import type { App, AppDeps } from './route-deps.ts';

export async function stateRoutes(
  app: App,
  { config, health, metrics }: AppDeps,
  version: string,
): Promise<void> {
  app.get(
    '/api/health',
    {
      schema: {
        tags: ['network'],
        summary: 'Every part with its state',
        description: 'Answers 200 whatever the state; `status` is that of the worst part.',
        response: { 200: Health },
      },
    },
    () => health.read(version),
  );

  app.get(
    '/api/settings',
    {
      schema: {
        tags: ['network'],
        summary: 'How the network is set up: what a phone has to know, how long records are kept',
        response: { 200: NetworkSettings },
      },
    },
    async (): Promise<NetworkSettings> => ({
      domain: config.domain,
      sip: { host: reachableHost(config), port: config.sipPort, tlsPort: config.sipTlsPort },
      exposed: config.exposed,
      keepCallsDays: config.keepCallsDays ?? null,
    }),
  );

  // Counts only, no number and no name: Prometheus reads it without the token.
  app.get('/metrics', { schema: { tags: ['network'], summary: 'For Prometheus' } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
