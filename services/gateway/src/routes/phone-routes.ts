import { RegistrationList, SubscriberList } from '@ringback/contracts';
import type { App, AppDeps } from './route-deps.ts';

export async function phoneRoutes(app: App, { store, clock }: AppDeps): Promise<void> {
  app.get(
    '/api/subscribers',
    {
      schema: {
        tags: ['phones'],
        summary: 'Who exists, and who is online',
        response: { 200: SubscriberList },
      },
    },
    async (): Promise<SubscriberList> => {
      const [rows, bindings] = await Promise.all([
        store.subscribers.list(),
        store.bindings.all(clock.nowMs()),
      ]);
      const online = new Set(bindings.map(({ number }) => number));
      return {
        subscribers: rows.map(({ number, displayName, kind, configured }) => ({
          number,
          displayName,
          kind,
          configured,
          online: online.has(number),
        })),
      };
    },
  );

  app.get(
    '/api/registrations',
    {
      schema: {
        tags: ['phones'],
        summary: 'Registered phones and softphones',
        response: { 200: RegistrationList },
      },
    },
    async (): Promise<RegistrationList> => ({ registrations: await store.bindings.all(clock.nowMs()) }),
  );
}
