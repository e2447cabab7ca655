import { type CdrEvent, formatWireTime } from '@ringback/drachtio-wire';
import {
  header,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  serializeMessage,
  tagOf,
} from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import type { RouteTable } from '../application/route-table.ts';
import type { Clock } from '../clock.ts';

/** Who sent the message a record shows. */
export type CdrSource = 'network' | 'application';

/** On which side of the call this server stands. */
export type CdrRole = 'uac' | 'uas' | 'proxy-uac' | 'proxy-uas';

/** drachtio-server's words for how a call, or the attempt of one, ended. */
export type CdrReason =
  | 'call-rejected'
  | 'call-canceled'
  | 'normal-release'
  | 'session-expired'
  | 'system-initiated-termination'
  | 'system-error-initiated-termination';

/** Call detail records, dealt in turn among the applications that asked for that kind of them. */
export class Cdrs {
  readonly #enabled: boolean;
  readonly #routes: RouteTable<Application>;
  readonly #clock: Clock;

  constructor(enabled: boolean, routes: RouteTable<Application>, clock: Clock) {
    this.#enabled = enabled;
    this.#routes = routes;
    this.#clock = clock;
  }

  /** An INVITE that is to make a call; any other request is none. */
  attempt(source: CdrSource, request: SipRequest): void {
    if (this.#enabled && isAttempt(request)) this.#post('attempt', source, request);
  }

  /** An answer to `request`: with the final one a call begins, or its attempt ends. */
  answered(source: CdrSource, role: CdrRole, request: SipRequest, response: SipResponse): void {
    if (!this.#enabled || response.status < 200 || !isAttempt(request)) return;
    if (response.status < 300) this.#post('start', source, response, role);
    else this.stop(source, response.status === 487 ? 'call-canceled' : 'call-rejected', response);
  }

  stop(source: CdrSource, reason: CdrReason, message: SipMessage): void {
    this.#post('stop', source, message, reason);
  }

  #post(event: CdrEvent, source: CdrSource, message: SipMessage, detail?: string): void {
    const application = this.#enabled ? this.#routes.next(`cdr:${event}`) : undefined;
    application?.tell({
      kind: 'cdr',
      event,
      source,
      time: formatWireTime(this.#clock.nowMs()),
      ...(detail === undefined ? {} : { detail }),
      sip: serializeMessage(message),
    });
  }
}

const isAttempt = (request: SipRequest) =>
  request.method === 'INVITE' && tagOf(header(request, 'To')) === undefined;
