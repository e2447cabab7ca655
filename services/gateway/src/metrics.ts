import { isEnded, type StreamEvent } from '@ringback/contracts';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export type HepOutcome = 'joined' | 'unjoined' | 'unreadable';

/** What Prometheus reads. Labels are few and known beforehand: never a number, a name or an id. */
export class Metrics {
  readonly registry = new Registry();
  readonly #openCalls = new Set<string>();
  readonly #calls = new Counter({
    name: 'ringback_calls_total',
    help: 'Calls that have ended, by how',
    labelNames: ['status'],
    registers: [this.registry],
  });
  readonly #events = new Counter({
    name: 'ringback_events_total',
    help: 'Events of the network, by type',
    labelNames: ['type'],
    registers: [this.registry],
  });
  readonly #hep = new Counter({
    name: 'ringback_hep_packets_total',
    help: 'Captured packets: joined to a call, belonging to none, or unreadable',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  constructor(streams: { events(): number; sip(): number }) {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(read());
        },
      });
    gauge('ringback_calls_open', 'Calls that are queued, ringing or up', () => this.#openCalls.size);
    gauge('ringback_ws_clients', 'Readers of /ws', streams.events);
    gauge('ringback_sip_ws_clients', 'Softphones on /sip', streams.sip);
  }

  /** Of the process as well: memory, CPU, event loop. */
  addProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  event(event: StreamEvent): void {
    this.#events.inc({ type: event.type });
    if (!('call' in event)) return;
    const { id, status } = event.call;
    if (!isEnded(status)) this.#openCalls.add(id);
    else {
      this.#openCalls.delete(id);
      this.#calls.inc({ status });
    }
  }

  hep(outcome: HepOutcome): void {
    this.#hep.inc({ outcome });
  }
}
