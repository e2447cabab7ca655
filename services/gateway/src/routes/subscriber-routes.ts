import { isIP } from 'node:net';
import { Type } from '@fastify/type-provider-typebox';
import {
  PHONE_TRANSPORTS,
  Subscriber,
  SubscriberBody,
  type SubscriberPassword,
  SubscriberPatch,
  SubscriberSecret,
} from '@ringback/contracts';
import type { FastifyRequest } from 'fastify';
import { linphoneFile } from '../phones/linphone-file.ts';
import type { Files } from '../phones/one-time-files.ts';
import { reachableHost } from '../phones/reachable-host.ts';
import { HttpProblem } from '../problem.ts';
import type { App, AppDeps } from './route-deps.ts';
import {
  BindingParams,
  ProvisioningParams,
  ProvisioningQuery,
  problems,
  SubscriberParams,
} from './schemas.ts';

/** Numbers and passwords are given and taken back by whoever keeps the subscribers; this only asks. */
export async function subscriberRoutes(
  app: App,
  { bus, clock, config, files, store }: AppDeps,
): Promise<void> {
  app.post(
    '/api/subscribers',
    {
      schema: {
        tags: ['phones'],
        summary: 'A new subscriber, with a password that is told this once',
        description: 'Without a number it gets the next free one.',
        body: SubscriberBody,
        response: { 201: SubscriberSecret, ...problems(409, 422, 503) },
      },
    },
    async (request, reply): Promise<SubscriberSecret> => {
      const { number, displayName = null } = request.body;
      const created = await bus.request('subscriber.create', {
        displayName,
        ...(number === undefined ? {} : { number }),
      });
      reply.code(201).header('location', `/api/subscribers/${encodeURIComponent(created.number)}`);
      return withSetUp(request, created);
    },
  );

  app.patch(
    '/api/subscribers/:number',
    {
      schema: {
        tags: ['phones'],
        summary: 'Another name for a subscriber, or none',
        params: SubscriberParams,
        body: SubscriberPatch,
        response: { 200: Subscriber, ...problems(404, 409, 422, 503) },
      },
    },
    async ({ params: { number }, body: { displayName } }): Promise<Subscriber> => {
      await bus.request('subscriber.rename', { number, displayName });
      const [row, bindings] = await Promise.all([
        store.subscribers.find(number),
        store.bindings.ofNumber(number, clock.nowMs()),
      ]);
      if (row?.number !== number) throw new HttpProblem(404, `There is no subscriber ${number}.`);
      const { kind, configured } = row;
      return { number, displayName: row.displayName, kind, configured, online: bindings.length > 0 };
    },
  );

  app.post(
    '/api/subscribers/:number/password',
    {
      schema: {
        tags: ['phones'],
        summary: 'A new password, told this once; what is registered with the old one is ended',
        params: SubscriberParams,
        response: { 200: SubscriberSecret, ...problems(404, 409, 422, 503) },
      },
    },
    async (request): Promise<SubscriberSecret> =>
      withSetUp(request, await bus.request('subscriber.reset', request.params)),
  );

  app.delete(
    '/api/subscribers/:number',
    {
      schema: {
        tags: ['phones'],
        summary: 'Take the number back; its phones are registered no more',
        params: SubscriberParams,
        response: { 204: Type.Null(), ...problems(404, 409, 422, 503) },
      },
    },
    async ({ params }, reply) => {
      await bus.request('subscriber.remove', params);
      reply.code(204);
    },
  );

  app.delete(
    '/api/subscribers/:number/bindings/:id',
    {
      schema: {
        tags: ['phones'],
        summary: 'End one registration; its phone may register again by itself',
        params: BindingParams,
        response: { 204: Type.Null(), ...problems(404, 422, 503) },
      },
    },
    async ({ params }, reply) => {
      await bus.request('binding.remove', params);
      reply.code(204);
    },
  );

  // No API token: a phone has none. The secret in the path stands for it, once.
  app.get(
    '/provisioning/:secret',
    {
      exposeHeadRoute: false,
      schema: {
        tags: ['phones'],
        summary: 'Set-up of a phone as Linphone reads it; answers once',
        params: ProvisioningParams,
        querystring: ProvisioningQuery,
        response: problems(404, 422),
      },
    },
    async ({ params, query: { transport = 'tcp' } }, reply) => {
      const taken = files.take(params.secret);
      if (!taken)
        throw new HttpProblem(404, 'This address has been used, or is too old.', {
          remedy: 'Have the page show a new QR code.',
        });
      return reply
        .type('application/xml; charset=utf-8')
        .header('cache-control', 'no-store')
        .serializer((text: unknown) => text as string)
        .send(taken[transport] as never) as never;
    },
  );

  function withSetUp(request: FastifyRequest, subscriber: SubscriberPassword): SubscriberSecret {
    const { sipPort, sipTlsPort, domain: realm } = config;
    const host = reachableHost(config);
    const made = Object.fromEntries(
      PHONE_TRANSPORTS.map((transport) => {
        const port = transport === 'tls' ? sipTlsPort : sipPort;
        return [transport, linphoneFile({ ...subscriber, realm, host, port, transport })];
      }),
    ) as Files;
    const { secret, expiresAt } = files.add(made);
    const url = `${originFor(request, host)}/provisioning/${secret}`;
    return { ...subscriber, provisioning: { url, expiresAt, files: made } };
  }
}

/** Where a phone finds this interface: as the page does, unless the page is on this machine itself. */
function originFor({ headers, socket }: FastifyRequest, host: string): string {
  const page = URL.canParse(`http://${headers.host}`) ? new URL(`http://${headers.host}`) : undefined;
  const here = page === undefined || /^(localhost|127\.[\d.]+|\[::1\])$/.test(page.hostname);
  if (!here) return `${headers.origin?.startsWith('https:') ? 'https' : 'http'}://${page.host}`;
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${socket.localPort ?? 80}`;
}
