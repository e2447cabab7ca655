import { destinationOf, nextFreeNumber, type SubscriberPassword } from '@ringback/contracts';
import { type Bus, BusError } from '@ringback/runtime';
import type { Store, SubscriberRow } from '@ringback/store';
import type { Registrar } from '../registrar/registrar.ts';
import { credentialOf } from './credential.ts';
import { readablePassword } from './password.ts';

export interface SubscriberDeskDeps {
  readonly store: Pick<Store, 'subscribers' | 'credentials' | 'bindings'>;
  readonly registrar: Pick<Registrar, 'end' | 'tellRemoved'>;
  readonly domain: string;
  readonly nowMs: () => number;
}

/** The list of subscribers is read as a whole. */
const MOST_SUBSCRIBERS = 1000;

/** Gives numbers and passwords, and takes them back. */
export class SubscriberDesk {
  readonly #deps: SubscriberDeskDeps;

  constructor(deps: SubscriberDeskDeps) {
    this.#deps = deps;
  }

  /** Returns how to stop, one for each command. */
  serve(bus: Bus): (() => void)[] {
    return [
      bus.serve('subscriber.create', ({ number, displayName }) => this.create(number, displayName)),
      bus.serve('subscriber.rename', ({ number, displayName }) => this.rename(number, displayName)),
      bus.serve('subscriber.reset', ({ number }) => this.reset(number)),
      bus.serve('subscriber.remove', ({ number }) => this.remove(number)),
      bus.serve('binding.remove', ({ number, id }) => this.endBinding(number, id)),
    ];
  }

  /** @throws BusError `conflict` when the number is taken, or none is left. */
  async create(asked: string | undefined, displayName: string | null): Promise<SubscriberPassword> {
    const { subscribers } = this.#deps.store;
    const known = await subscribers.list();
    if (known.filter(({ kind }) => kind === 'subscriber').length >= MOST_SUBSCRIBERS)
      throw new BusError('conflict', `there are ${MOST_SUBSCRIBERS} subscribers already; delete one first`);
    const number = asked ?? nextFreeNumber(known.map((each) => each.number));
    if (destinationOf(number).kind !== 'subscriber')
      throw new BusError('conflict', `${number} is taken by the dial plan; choose another number`);
    const created = await subscribers.create({ number, displayName, kind: 'subscriber' });
    if (!created) throw new BusError('conflict', `${number} is taken; choose another number`);
    return { number, displayName, password: await this.#newPassword(number) };
  }

  async rename(number: string, displayName: string | null): Promise<{ number: string }> {
    const { kind } = await this.#subscriber(number);
    await this.#deps.store.subscribers.save({ number, displayName, kind });
    return { number };
  }

  async reset(number: string): Promise<SubscriberPassword> {
    const { displayName } = await this.#subscriber(number);
    const password = await this.#newPassword(number);
    const { store, registrar, nowMs } = this.#deps;
    for (const binding of await store.bindings.ofNumber(number, nowMs())) await registrar.end(binding);
    return { number, displayName, password };
  }

  async remove(number: string): Promise<{ number: string }> {
    await this.#subscriber(number);
    const { store, registrar } = this.#deps;
    registrar.tellRemoved(await store.subscribers.remove(number));
    return { number };
  }

  async endBinding(number: string, id: string): Promise<{ id: string }> {
    const { store, registrar, nowMs } = this.#deps;
    const bindings = await store.bindings.ofNumber(number, nowMs());
    const binding = bindings.find((each) => each.id === id);
    if (!binding) throw new BusError('not-found', `${number} has no such registration`);
    await registrar.end(binding);
    return { id };
  }

  /** Of those who have a password of their own; pages and voices come and go by themselves. */
  async #subscriber(number: string): Promise<SubscriberRow> {
    const known = await this.#deps.store.subscribers.find(number);
    if (known?.number !== number) throw new BusError('not-found', `there is no subscriber ${number}`);
    if (known.kind !== 'subscriber')
      throw new BusError('conflict', `${number} belongs to a ${known.kind} of Ringback itself`);
    return known;
  }

  async #newPassword(number: string): Promise<string> {
    const { store, domain } = this.#deps;
    const password = readablePassword();
    const lasting = { username: number, number, password, realm: domain, expiresAt: null };
    await store.credentials.save(credentialOf(lasting));
    return password;
  }
}
