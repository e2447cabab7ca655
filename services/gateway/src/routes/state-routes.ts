import { Health } from '@ringback/contracts';
import type { App, AppDeps } from './route-deps.ts';

export async function stateRoutes(app: App, { health, metrics }: AppDeps, version: string): Promise<void> {
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

  // Counts only, no number and no name: Prometheus reads it without the token.
  app.get('/metrics', { schema: { tags: ['network'], summary: 'For Prometheus' } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
