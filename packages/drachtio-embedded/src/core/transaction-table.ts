import type { SipHeader } from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { ClientTransaction } from '../transaction/client-transaction.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import type { RingLimit } from '../uac/ring-limit.ts';
import type { Arrival } from './arrival.ts';

/** A request from the network that is being answered. */
export interface Incoming {
  readonly transaction: ServerTransaction;
  /** Whose answer is awaited; undefined when the server answers or forwards it, or while it is being looked for. */
  application: Application | undefined;
  /** To tag of our answers. */
  readonly localTag: string;
  /** The dialog it belongs to or has made, until it is settled. */
  dialog: Dialog | undefined;
  /** What answers it when it is proxied. */
  forwarding: Forwarding | undefined;
}

/** A request on its way through this server. */
export interface Forwarding {
  /** The sender does not want it answered any more. */
  cancel(reason: readonly SipHeader[]): void;
  /** The sender's transaction is over. */
  end(): void;
}

/** A request of an application, or of the server itself, that is being answered by the network. */
export interface Outgoing {
  /** Another one takes its place when a server fails and the next is tried; it keeps the id. */
  transaction: ClientTransaction;
  /** Who is told of the answers; undefined when the server asked by itself. */
  readonly application: Application | undefined;
  dialog: Dialog | undefined;
  /** How the response that is being handled came. */
  arrival: Arrival | undefined;
  /** An INVITE that was called off: its 2xx, should one come, is ended by BYE. */
  cancelled: boolean;
  /** Limits how long provisional responses are all that comes to an INVITE; there from the first one to the final one. */
  ringLimit: RingLimit | undefined;
  /** Sends the CANCEL that waits for the first provisional response (RFC 3261 9.1). */
  pendingCancel: (() => void) | undefined;
}

function enter<T>(index: Map<Flow, Set<T>>, flow: Flow, item: T): void {
  if (!flow.reliable) return;
  const items = index.get(flow);
  if (items) items.add(item);
  else index.set(flow, new Set([item]));
}

function leave<T>(index: Map<Flow, Set<T>>, flow: Flow, item: T): void {
  const items = index.get(flow);
  items?.delete(item);
  if (items?.size === 0) index.delete(flow);
}

/** All transactions, by what the network and by what the applications know them by. */
export class TransactionTable {
  readonly #incomingByKey = new Map<string, Incoming>();
  readonly #incomingById = new Map<string, Incoming>();
  readonly #outgoingByKey = new Map<string, Outgoing>();
  readonly #outgoingById = new Map<string, Outgoing>();
  /** Of connections only: a datagram flow never closes. */
  readonly #incomingByFlow = new Map<Flow, Set<Incoming>>();
  readonly #outgoingByFlow = new Map<Flow, Set<Outgoing>>();
  /** What its application has not answered at all. */
  readonly #awaited = new Set<Incoming>();
  /** Call-ID, From tag and CSeq of what is being answered, to know a request that came by two ways. */
  readonly #byOrigin = new Map<string, Incoming>();

  get incomingCount(): number {
    return this.#incomingByKey.size;
  }

  get outgoingCount(): number {
    return this.#outgoingByKey.size;
  }

  get awaitingApplication(): number {
    return this.#awaited.size;
  }

  /** Its application said something to it, or need not any more. */
  answered(incoming: Incoming): void {
    this.#awaited.delete(incoming);
  }

  incoming(key: string): Incoming | undefined {
    return this.#incomingByKey.get(key);
  }

  incomingById(id: string): Incoming | undefined {
    return this.#incomingById.get(id);
  }

  addIncoming(incoming: Incoming, origin: string): void {
    const { key, id } = incoming.transaction;
    this.#incomingByKey.set(key, incoming);
    this.#incomingById.set(id, incoming);
    if (incoming.application) this.#awaited.add(incoming);
    enter(this.#incomingByFlow, incoming.transaction.flow, incoming);
    if (!this.isBeingAnswered(origin)) this.#byOrigin.set(origin, incoming);
  }

  removeIncoming(incoming: Incoming, origin: string): void {
    const { key, id } = incoming.transaction;
    this.#incomingByKey.delete(key);
    this.#incomingById.delete(id);
    this.#awaited.delete(incoming);
    leave(this.#incomingByFlow, incoming.transaction.flow, incoming);
    this.forgetOrigin(incoming, origin);
  }

  /** A request that is forwarded may come back changed, which a proxy has to allow (RFC 3261 16.3 step 4). */
  forgetOrigin(incoming: Incoming, origin: string): void {
    if (this.#byOrigin.get(origin) === incoming) this.#byOrigin.delete(origin);
  }

  /** Not so after a failure: a careless client may repeat a refused request without counting its CSeq up. */
  isBeingAnswered(origin: string): boolean {
    const incoming = this.#byOrigin.get(origin);
    return incoming !== undefined && (incoming.transaction.finalStatus ?? 100) < 300;
  }

  outgoing(key: string): Outgoing | undefined {
    return this.#outgoingByKey.get(key);
  }

  outgoingById(id: string): Outgoing | undefined {
    return this.#outgoingById.get(id);
  }

  addOutgoing(key: string, outgoing: Outgoing): void {
    this.#outgoingByKey.set(key, outgoing);
    this.#outgoingById.set(outgoing.transaction.id, outgoing);
    enter(this.#outgoingByFlow, outgoing.transaction.flow, outgoing);
  }

  removeOutgoing(key: string, outgoing: Outgoing): void {
    this.#outgoingByKey.delete(key);
    const { id } = outgoing.transaction;
    if (this.#outgoingById.get(id) === outgoing) this.#outgoingById.delete(id);
    leave(this.#outgoingByFlow, outgoing.transaction.flow, outgoing);
  }

  allIncoming(): Incoming[] {
    return [...this.#incomingByKey.values()];
  }

  allOutgoing(): Outgoing[] {
    return [...this.#outgoingByKey.values()];
  }

  /** Those that wait for something from this connection. */
  outgoingOn(flow: Flow): Outgoing[] {
    return [...(this.#outgoingByFlow.get(flow) ?? [])];
  }

  incomingOn(flow: Flow): Incoming[] {
    return [...(this.#incomingByFlow.get(flow) ?? [])];
  }
}
