import type { Clock } from './clock.ts';
import type { Flow } from './transport/flow.ts';

/** More contacts than one client has at a time. */
const MAX_CONTACTS_OF_CLIENT = 10;

/** Phones have a handful of accounts; a connection of a proxy has many clients behind it. */
const MAX_OWNERS = 16;

/** Which client a binding is of, and which of its flows (RFC 5626 4.2): one instance may keep several. */
export interface ClientFlow {
  /** Instance id together with the address of record, so that nobody can speak for another's. */
  client: string;
  /** `reg-id`; empty when the client keeps only one. */
  regId: string;
}

/** Whose registration a binding is. */
export interface Registrant {
  addressOfRecord: string;
  clientFlow?: ClientFlow | undefined;
}

interface Binding {
  flow: Flow;
  /** The addresses of record it was registered for. */
  owners: Set<string>;
  clientFlow: ClientFlow | undefined;
  release: () => void;
  cancelExpiry: () => void;
  untilMs: number;
}

/**
 * Which connection a client registered on, by `user@host:port` of its Contact (drachtio's flow cache, RFC 5626 5.3). It is
 * how a browser is called, whose Contact names a host that does not exist, and how it is found again in mid-call
 * after it registered from a new connection. A binding outlives its connection, so that a call to a closed page fails
 * at once and not after a timeout.
 *
 * Another connection takes a binding over only for the address of record that has it: who registers himself with the
 * Contact of somebody else does not get that one's calls.
 */
export class FlowTable {
  readonly #bindings = new Map<string, Binding>();
  /** Contacts of the clients that named themselves, the newest last. */
  readonly #byClient = new Map<string, Set<string>>();
  /** How many are led by each connection. */
  readonly #led = new Map<Flow, number>();
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #limitOfFlow: number;

  constructor(clock: Clock, limit: number, limitOfFlow = limit) {
    this.#clock = clock;
    this.#limit = limit;
    this.#limitOfFlow = limitOfFlow;
  }

  get size(): number {
    return this.#bindings.size;
  }

  /**
   * `expiresSec` 0 removes. When the table is full the oldest binding makes room. False when the binding is another
   * registrant's, or one too many of this connection.
   */
  set(contactKey: string, flow: Flow, expiresSec: number, registrant: Registrant): boolean {
    const known = this.#bindings.get(contactKey);
    if (known && known.flow !== flow && !known.owners.has(registrant.addressOfRecord)) return false;
    if (!known && (this.#led.get(flow) ?? 0) >= this.#limitOfFlow) return false;
    const owners = known?.owners ?? new Set();
    if (owners.size < MAX_OWNERS) owners.add(registrant.addressOfRecord);
    this.#remove(contactKey);
    if (expiresSec > 0) this.#add(contactKey, flow, expiresSec, owners, registrant.clientFlow);
    return true;
  }

  #add(
    contactKey: string,
    flow: Flow,
    expiresSec: number,
    owners: Set<string>,
    clientFlow: ClientFlow | undefined,
  ): void {
    const oldest = this.#bindings.size >= this.#limit ? this.#bindings.keys().next().value : undefined;
    if (oldest !== undefined) this.#remove(oldest);
    // A timer cannot wait longer than 24.8 days.
    const expiresMs = Math.min(expiresSec, 2_000_000) * 1000;
    const cancelExpiry = this.#clock.after(expiresMs, () => this.#remove(contactKey));
    const untilMs = this.#clock.nowMs() + expiresMs;
    const release = this.#lead(flow);
    this.#bindings.set(contactKey, { flow, owners, clientFlow, release, cancelExpiry, untilMs });
    if (clientFlow) this.#takeOver(contactKey, flow, clientFlow);
  }

  /** Like `set`, but it takes nothing away: no time, and no contact from another connection that is open. */
  extend(contactKey: string, flow: Flow, expiresSec: number, registrant: Registrant): void {
    const known = this.#bindings.get(contactKey);
    const untilMs = this.#clock.nowMs() + expiresSec * 1000;
    const isLeft = known && !known.flow.closed && (known.flow !== flow || known.untilMs >= untilMs);
    if (expiresSec > 0 && !isLeft) this.set(contactKey, flow, expiresSec, registrant);
  }

  /** The flow may be closed: then the client is known and gone. */
  find(contactKey: string): Flow | undefined {
    const binding = this.#bindings.get(contactKey);
    if (!binding?.flow.closed) return binding?.flow;
    return this.#livingFlowOf(binding.clientFlow?.client) ?? binding.flow;
  }

  removeFlow(flow: Flow): void {
    for (const [key, binding] of [...this.#bindings]) if (binding.flow === flow) this.#remove(key);
  }

  clear(): void {
    for (const key of [...this.#bindings.keys()]) this.#remove(key);
  }

  /** RFC 5626 6: what a client registered before as that same flow is now reached over the new one. */
  #takeOver(contactKey: string, flow: Flow, { client, regId }: ClientFlow): void {
    const contacts = this.#byClient.get(client) ?? new Set();
    this.#byClient.set(client, contacts.add(contactKey));
    for (const other of contacts) {
      const binding = this.#bindings.get(other);
      if (!binding || binding.flow === flow || binding.clientFlow?.regId !== regId) continue;
      binding.release();
      binding.flow = flow;
      binding.release = this.#lead(flow);
    }
    const [oldest = ''] = contacts;
    if (contacts.size > MAX_CONTACTS_OF_CLIENT) this.#remove(oldest);
  }

  /** RFC 5626 5.3: when one flow of a client failed, another one will do. */
  #livingFlowOf(client: string | undefined): Flow | undefined {
    const contacts = client === undefined ? [] : [...(this.#byClient.get(client) ?? [])];
    const flows = contacts.map((contactKey) => this.#bindings.get(contactKey)?.flow);
    return flows.findLast((flow) => flow && !flow.closed);
  }

  /** Holds a connection for one more binding until the returned function is called. */
  #lead(flow: Flow): () => void {
    const release = flow.hold();
    this.#led.set(flow, (this.#led.get(flow) ?? 0) + 1);
    return () => {
      release();
      const left = (this.#led.get(flow) ?? 1) - 1;
      if (left > 0) this.#led.set(flow, left);
      else this.#led.delete(flow);
    };
  }

  #remove(contactKey: string): void {
    const binding = this.#bindings.get(contactKey);
    if (!binding) return;
    this.#bindings.delete(contactKey);
    const { client = '' } = binding.clientFlow ?? {};
    const contacts = this.#byClient.get(client);
    contacts?.delete(contactKey);
    if (contacts?.size === 0) this.#byClient.delete(client);
    binding.cancelExpiry();
    binding.release();
  }
}
