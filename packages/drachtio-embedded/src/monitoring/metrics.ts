import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Direction, Meter } from '../core/meter.ts';
import type { RefusalReason } from '../guard/refusals.ts';
import { messageKind } from './message-kind.ts';

/** What a scrape reads off the server's tables. */
export interface Readings {
  /** Connected, and the secret shown. */
  applications: number;
  serverTransactions: number;
  clientTransactions: number;
  dialogs: number;
  /** Of these, the ones that were answered. */
  stableDialogs: number;
  /** Clients whose connection is remembered. */
  bindings: number;
  /** Open SIP connections, over all stream transports. */
  connections: number;
}

const ANSWER_SECONDS = [1, 3, 6, 10, 15, 20, 30, 60];
const RING_SECONDS = [1, 2, 3, 5, 7, 10, 15, 20];

/** What Prometheus reads: drachtio-server's names where it has them. Labels are few and known beforehand. */
export class Metrics implements Meter {
  readonly registry = new Registry();
  readonly #clock: Clock;
  readonly #invites = new WeakMap<object, { startMs: number; rang: boolean }>();
  readonly #requests: Record<Direction, Counter<'method'>>;
  readonly #responses: Record<Direction, Counter<'method' | 'code'>>;
  readonly #messages: Record<Direction, Gauge>;
  readonly #garbage: Gauge;
  readonly #frames: Counter<'direction'>;
  readonly #refused: Counter<'reason'>;
  readonly #captured: Counter<'outcome'>;
  readonly #rang: Record<Direction, Histogram>;
  readonly #answered: Record<Direction, Histogram>;

  constructor(clock: Clock, version: string) {
    this.#clock = clock;
    this.#requests = {
      in: this.#counter('drachtio_sip_requests_in_total', 'SIP requests received', ['method']),
      out: this.#counter('drachtio_sip_requests_out_total', 'SIP requests sent', ['method']),
    };
    this.#responses = {
      in: this.#counter('drachtio_sip_responses_in_total', 'SIP responses received', ['method', 'code']),
      out: this.#counter('drachtio_sip_responses_out_total', 'SIP responses sent', ['method', 'code']),
    };
    this.#messages = {
      in: this.#gauge('drachtio_sofia_msgs_recv', 'SIP messages received'),
      out: this.#gauge('drachtio_sofia_msgs_sent', 'SIP messages sent'),
    };
    this.#garbage = this.#gauge('drachtio_sofia_bad_msgs_recv', 'What was received and is no SIP');
    this.#frames = this.#counter('drachtio_app_frames_total', 'Frames of the application protocol', [
      'direction',
    ]);
    this.#refused = this.#counter('drachtio_refused_total', 'Requests the server refused by itself', [
      'reason',
    ]);
    this.#captured = this.#counter('drachtio_hep_packets_total', 'Copies for the capture server', [
      'outcome',
    ]);
    this.#rang = {
      in: this.#seconds(
        'drachtio_call_pdd_seconds_in',
        'INVITE received until the first 18x or 2xx',
        RING_SECONDS,
      ),
      out: this.#seconds(
        'drachtio_call_pdd_seconds_out',
        'INVITE sent until the first 18x or 2xx',
        RING_SECONDS,
      ),
    };
    this.#answered = {
      in: this.#seconds('drachtio_call_answer_seconds_in', 'INVITE received until its 2xx', ANSWER_SECONDS),
      out: this.#seconds('drachtio_call_answer_seconds_out', 'INVITE sent until its 2xx', ANSWER_SECONDS),
    };
    this.#counter('drachtio_build_info', 'The version that runs', ['version']).inc({ version });
    this.#gauge('drachtio_time_started', 'Seconds since 1970 at the start').set(clock.nowMs() / 1000);
  }

  /** What is read when Prometheus asks. */
  addReadings(read: () => Readings): void {
    const gauge = (name: string, help: string, value: (readings: Readings) => number) =>
      this.#gauge(name, help, () => value(read()));
    gauge('drachtio_stable_dialogs', 'Dialogs that were answered', (now) => now.stableDialogs);
    gauge('drachtio_registered_endpoints', 'Clients whose connection is remembered', (now) => now.bindings);
    gauge('drachtio_app_connections', 'Applications', (now) => now.applications);
    gauge('drachtio_sofia_server_txns', 'Requests being answered', (now) => now.serverTransactions);
    gauge('drachtio_sofia_client_txns', 'Requests sent that wait', (now) => now.clientTransactions);
    gauge('drachtio_sofia_dialogs', 'Dialogs, early ones included', (now) => now.dialogs);
    gauge('drachtio_sip_connections', 'Open SIP connections', (now) => now.connections);
  }

  /** Memory, CPU, event loop and collector of the process. Once in a process. */
  addProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  message(direction: Direction, bytes: Uint8Array): void {
    const message = messageKind(bytes);
    if (message.kind === 'garbage') this.#garbage.inc();
    else this.#messages[direction].inc();
    if (message.kind === 'request') this.#requests[direction].inc({ method: message.method });
    if (message.kind !== 'response') return;
    this.#responses[direction].inc({ method: message.method, code: message.code });
  }

  frame(direction: Direction): void {
    this.#frames.inc({ direction });
  }

  refused(reason: RefusalReason): void {
    this.#refused.inc({ reason });
  }

  inviteBegan(exchange: object): void {
    this.#invites.set(exchange, { startMs: this.#clock.nowMs(), rang: false });
  }

  inviteAnswered(direction: Direction, exchange: object, status: number): void {
    const invite = this.#invites.get(exchange);
    if (!invite || status === 100) return;
    const seconds = (this.#clock.nowMs() - invite.startMs) / 1000;
    if (status < 300 && !invite.rang) this.#rang[direction].observe(seconds);
    if (status >= 200 && status < 300) this.#answered[direction].observe(seconds);
    invite.rang = true;
    if (status >= 200) this.#invites.delete(exchange);
  }

  captured(outcome: 'sent' | 'dropped'): void {
    this.#captured.inc({ outcome });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, read?: () => number): Gauge {
    const collect =
      read &&
      function (this: Gauge) {
        this.set(read());
      };
    return new Gauge({ name, help, registers: [this.registry], ...(collect ? { collect } : {}) });
  }

  #seconds(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }
}
