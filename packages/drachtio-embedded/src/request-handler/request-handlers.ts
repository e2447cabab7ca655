import { responseTo, type SipHeader, serializeMessage } from '@ringback/sip';
import type { ConnectionSettings } from '../application/application-connection.ts';
import { commandHandler } from '../application/commands.ts';
import type { Application } from '../application/connection.ts';
import type { Arrival } from '../core/arrival.ts';
import type { Core } from '../core/core.ts';
import type { Incoming } from '../core/transaction-table.ts';
import { type ProxyOrder, proxyTimeouts, startProxy } from '../proxy/start-proxy.ts';
import { wireProtocol } from '../transport/flow.ts';
import { present } from '../uas/accept.ts';
import { RETRY_AFTER } from '../uas/refuse.ts';
import type { ApplicationAddress } from './application-address.ts';
import type { HandlerTable, RequestHandler } from './handler-table.ts';
import { type Instruction, type ProxyInstruction, parseInstruction } from './instruction.ts';
import { OutboundApplications } from './outbound-applications.ts';
import { routingQuery } from './routing-query.ts';
import { WebClient } from './web-client.ts';

/** A new request that its handler decides about. */
interface Pending {
  incoming: Incoming;
  arrival: Arrival;
  handler: RequestHandler;
}

/** What every connection to an application is given, whoever opened it. */
export type SharedSettings = Omit<ConnectionSettings, 'handler'>;

/** The handlers of new requests, with the connections they need (drachtio's outbound mode). */
export class RequestHandlers {
  readonly applications = new OutboundApplications();
  readonly #table: HandlerTable;
  readonly #web: WebClient;
  readonly #settings: SharedSettings;
  readonly #ca: string | undefined;

  /** `ca`: more authorities to trust, PEM. */
  constructor(table: HandlerTable, settings: SharedSettings, ca?: string) {
    this.#table = table;
    this.#web = new WebClient(settings.clock);
    this.#settings = settings;
    this.#ca = ca;
  }

  /** Who decides about new requests of that method; undefined leaves them to the applications that connected here. */
  find(method: string): RequestHandler | undefined {
    return this.#table.find(method);
  }

  /** Sees to it that a request is answered. The caller may give up meanwhile, which ends it too. */
  handle(core: Core, incoming: Incoming, arrival: Arrival, handler: RequestHandler): void {
    const pending = { incoming, arrival, handler };
    const { limits, logger } = this.#settings;
    if (
      this.#web.pending >= limits.handlerQuestions ||
      this.applications.size >= limits.outboundApplications
    ) {
      respond(incoming, 503, '', RETRY_AFTER);
      return;
    }
    const done =
      handler.kind === 'http' ? this.#ask(core, pending) : this.#connect(core, pending, handler.address);
    done.catch((error: unknown) => {
      logger.error({ err: error }, 'a request handler failed');
      respond(incoming, 500);
    });
  }

  close(): void {
    this.#web.close();
    this.applications.close();
  }

  async #ask(core: Core, pending: Pending): Promise<void> {
    const { incoming, arrival, handler } = pending;
    if (handler.kind !== 'http') return;
    const { request } = incoming.transaction;
    const { flow } = arrival;
    const url = new URL(handler.url);
    const query = routingQuery(request, {
      protocol: wireProtocol(flow.transport),
      address: flow.remote.host,
    });
    for (const [name, value] of query) url.searchParams.append(name, value);
    const { httpMethod: method, verifyPeer } = handler;
    const text = await this.#web.ask({ url, method, body: serializeMessage(request), verifyPeer });
    const result = parseInstruction(text);
    if (!result.ok) throw new Error(result.reason);
    await this.#obey(core, pending, result.instruction);
  }

  async #obey(core: Core, pending: Pending, instruction: Instruction): Promise<void> {
    const { incoming, arrival } = pending;
    switch (instruction.action) {
      case 'reject':
        respond(incoming, instruction.status, instruction.reason);
        return;
      case 'redirect': {
        const contacts = instruction.contacts.map((value) => ({ name: 'Contact', value }));
        respond(incoming, 302, '', contacts);
        return;
      }
      case 'proxy':
        if (incoming.transaction.finalStatus === undefined)
          startProxy(core, incoming, orderOf(instruction.proxy));
        return;
      case 'route':
        await this.#connect(core, pending, instruction.address);
        return;
      case 'route-tag': {
        const { method } = incoming.transaction.request;
        const application = core.routes.next(method.toLowerCase(), instruction.tag);
        if (application) give(application, incoming, arrival);
        else respond(incoming, 480);
        return;
      }
      default:
        instruction satisfies never;
    }
  }

  async #connect(
    core: Core,
    { incoming, arrival, handler }: Pending,
    address: ApplicationAddress,
  ): Promise<void> {
    const { host, port } = address;
    const target = {
      address,
      verifyPeer: handler.verifyPeer,
      ...(this.#ca === undefined ? {} : { ca: this.#ca }),
    };
    const settings = { ...this.#settings, handler: commandHandler(core) };
    const application = await this.applications.open(target, settings).catch((error: unknown) => {
      this.#settings.logger.warn({ err: error, host, port }, 'no connection to an application');
      respond(incoming, 480);
    });
    if (!application) return;
    // The caller may be gone; then there is nothing to show.
    if (incoming.transaction.finalStatus === undefined) give(application, incoming, arrival);
    else application.end();
  }
}

function orderOf(instruction: ProxyInstruction): ProxyOrder {
  const { destinations, recordRoute, followRedirects, simultaneous } = instruction;
  const timeouts = proxyTimeouts(instruction.provisionalTimeout, instruction.finalTimeout);
  if (typeof timeouts === 'string') throw new Error(`invalid timeout "${timeouts}": write 2s or 1500ms`);
  return {
    destinations: destinations.map((text) => (/^(sips?|tel):/i.test(text) ? text : `sip:${text}`)),
    remainInDialog: recordRoute,
    followRedirects,
    simultaneous,
    ...timeouts,
  };
}

function give(application: Application, incoming: Incoming, arrival: Arrival): void {
  if (incoming.transaction.finalStatus !== undefined) return;
  incoming.application = application;
  present(application, incoming, arrival);
}

/** Answers for whoever should have; a request that was called off meanwhile keeps its answer. */
function respond(incoming: Incoming, status: number, reason = '', headers: readonly SipHeader[] = []): void {
  const { transaction, localTag } = incoming;
  if (transaction.finalStatus !== undefined) return;
  transaction.respond(responseTo(transaction.request, status, reason, { toTag: localTag, headers }));
}
