import { isEnded, type StreamEvent } from '@ringback/contracts';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** One process of an embedded media server, as it is when asked. */
export interface MediaReading {
  readonly calls: number;
  /** How often it has died so far. */
  readonly deaths: number;
  /** How late its event loop was over the last seconds. */
  readonly loopDelay: { readonly p99Ms: number; readonly maxMs: number };
}

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

  /** Of the embedded media server, which is in this process; an external one tells Prometheus itself. */
  addMedia(read: () => readonly MediaReading[]): void {
    const gauge = (name: string, help: string, value: (reading: MediaReading) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['process'],
        registers: [this.registry],
        collect() {
          for (const [process, reading] of read().entries()) this.set({ process }, value(reading));
        },
      });
    gauge('ringback_media_calls', 'Calls of a media process', ({ calls }) => calls);
    gauge('ringback_media_deaths', 'How often a media process has died', ({ deaths }) => deaths);
    gauge(
      'ringback_media_loop_delay_p99_seconds',
      'What a packet waits for in a media process at most, but for one in a hundred',
      ({ loopDelay }) => loopDelay.p99Ms / 1000,
    );
    gauge(
      'ringback_media_loop_delay_max_seconds',
      'The longest a packet waited in a media process within the last seconds',
      ({ loopDelay }) => loopDelay.maxMs / 1000,
    );
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
