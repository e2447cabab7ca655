import type { Binding, RegistrationEvent } from '@ringback/contracts';
import type { Bus, Logger } from '@ringback/runtime';
import { header, parseNameAddr, parseUri, unescapeUri } from '@ringback/sip';
import type { BindingRow, Store } from '@ringback/store';
import { uuidv7 } from 'uuidv7';
import type { Authenticator } from '../auth/authenticator.ts';
import type { OwnAddresses } from '../routing/own-addresses.ts';
import { formatSource, type Incoming, incomingOf } from '../sip-server/incoming.ts';
import { respond } from '../sip-server/respond.ts';
import type { SrfRequest, SrfResponse } from '../sip-server/srf.ts';
import { type Change, contactHeader, planChange, type Refusal, readRegistration } from './registration.ts';

export interface RegistrarDeps {
  readonly store: Pick<Store, 'bindings'>;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly authenticator: Authenticator;
  readonly own: OwnAddresses;
  readonly nowMs: () => number;
}

type Reason = NonNullable<RegistrationEvent['reason']>;

/** The registrar of RFC 3261 10.3 over the bindings in the database. */
export function createRegistrar(deps: RegistrarDeps) {
  const { store, bus, logger, authenticator, own, nowMs } = deps;

  const tell = (type: RegistrationEvent['type'], row: BindingRow, reason?: Reason) =>
    bus.publish('network.event', {
      type,
      time: new Date(nowMs()).toISOString(),
      binding: publicBinding(row),
      ...(reason === undefined ? {} : { reason }),
    });

  const remove = async (row: BindingRow, reason: Reason) => {
    const gone = await store.bindings.remove(row.number, row.contact);
    if (gone) tell('registration.removed', gone, reason);
  };

  const apply = async (change: Change, number: string, incoming: Incoming): Promise<void> => {
    for (const row of change.remove) await remove(row, 'unregistered');
    for (const row of change.evict) await remove(row, 'flow-failed');
    for (const { contact, replaces } of change.save) {
      // The same URI may be written another way (RFC 3261 19.1.4), and the contact is what a row goes by.
      if (replaces && replaces.contact !== contact.uri)
        await store.bindings.remove(replaces.number, replaces.contact);
      const row = newRow(number, contact.uri, contact.expiresSec, incoming, replaces);
      await store.bindings.save(row);
      tell(replaces ? 'registration.refreshed' : 'registration.added', row);
    }
  };

  const newRow = (
    number: string,
    contact: string,
    expiresSec: number,
    incoming: Incoming,
    replaces: BindingRow | undefined,
  ): BindingRow => ({
    id: replaces?.id ?? uuidv7(),
    number,
    contact,
    transport: incoming.transport,
    remoteAddress: formatSource(incoming),
    userAgent: header(incoming.message, 'User-Agent')?.slice(0, 200) ?? null,
    registeredAt: replaces?.registeredAt ?? new Date(nowMs()).toISOString(),
    expiresAt: new Date(nowMs() + expiresSec * 1000).toISOString(),
    sipCallId: header(incoming.message, 'Call-ID') ?? '',
    cseq: Number.parseInt(header(incoming.message, 'CSeq') ?? '0', 10),
  });

  const register = async (incoming: Incoming, res: SrfResponse): Promise<void> => {
    const { message, receivedOn } = incoming;
    const number = addressOfRecord(incoming, own);
    if (number === undefined) return respond(res, 404, { reason: 'Not This Domain' });
    const verdict = await authenticator.verify(message, 401, receivedOn);
    if (verdict.kind === 'challenge') return respond(res, verdict.status, { headers: verdict.headers });
    // RFC 3261 10.3 step 4: nobody registers for somebody else.
    if (verdict.credential.number !== number) return respond(res, 403);
    const registration = readRegistration(message, (uri) => own.isOwnAddress(uri, receivedOn));
    if (registration.kind === 'refuse') return refuse(res, registration);
    const change = planChange(registration, await store.bindings.ofNumber(number, nowMs()));
    if (change.kind === 'refuse') return refuse(res, change);
    await apply(change, number, incoming);
    const contact = contactHeader(await store.bindings.ofNumber(number, nowMs()), nowMs());
    // drachtio turns an empty Contact into a 500, so there is none when nothing is registered.
    respond(res, 200, contact === undefined ? {} : { headers: { Contact: contact } }, logger);
  };

  return {
    handle(req: SrfRequest, res: SrfResponse): void {
      const incoming = incomingOf(req);
      if (!incoming) {
        respond(res, 400);
        return;
      }
      register(incoming, res).catch((error: unknown) => {
        logger.error({ err: error }, 'a REGISTER could not be handled');
        respond(res, 503, { headers: { 'Retry-After': '10' } }, logger);
      });
    },
    /** Somebody ends a registration by hand. */
    end: (row: BindingRow) => remove(row, 'removed'),
    /** These went with their subscriber. */
    tellRemoved(rows: readonly BindingRow[]): void {
      for (const row of rows) tell('registration.removed', row, 'removed');
    },
    /** A contact that cannot be reached any more. */
    dropDead: (row: BindingRow) => remove(row, 'flow-failed'),
    async sweep(): Promise<void> {
      for (const row of await store.bindings.removeExpired(nowMs()))
        tell('registration.removed', row, 'expired');
    },
  };
}

export type Registrar = ReturnType<typeof createRegistrar>;

/** The number that To names, undefined when To or the request is for another domain (RFC 3261 10.3 steps 1 and 5). */
function addressOfRecord({ message, receivedOn }: Incoming, own: OwnAddresses): string | undefined {
  const target = parseUri(message.uri);
  const to = parseUri(parseNameAddr(header(message, 'To') ?? '')?.uri ?? '');
  if (!target || !to?.user) return undefined;
  if (!own.isOwnHost(target.host, receivedOn) || !own.isOwnHost(to.host, receivedOn)) return undefined;
  return unescapeUri(to.user);
}

function refuse(res: SrfResponse, { sipStatus, reason, headers }: Refusal): void {
  respond(res, sipStatus, {
    ...(reason === undefined ? {} : { reason }),
    ...(headers === undefined ? {} : { headers }),
  });
}

function publicBinding(row: BindingRow): Binding {
  const { id, number, contact, transport, remoteAddress, userAgent, registeredAt, expiresAt } = row;
  return { id, number, contact, transport, remoteAddress, userAgent, registeredAt, expiresAt };
}
