import type { Clock } from '../clock.ts';
import { type Direction, type Meter, silentMeter } from '../core/meter.ts';
import type { DrachtioOptions } from '../options.ts';
import type { Flow } from '../transport/flow.ts';
import { VERSION } from '../version.ts';
import { HepMirror } from './hep-mirror.ts';
import { Metrics, type Readings } from './metrics.ts';
import { listenForScrapes, type ScrapeServer } from './scrape-server.ts';

/** What watches the server from outside: Prometheus and a capture server, as far as they are wanted. */
export class Monitoring {
  readonly meter: Meter;
  readonly #metrics: Metrics | undefined;
  readonly #mirror: HepMirror | undefined;
  #scrapes: ScrapeServer | undefined;

  private constructor(metrics: Metrics | undefined, meter: Meter, mirror: HepMirror | undefined) {
    this.#metrics = metrics;
    this.#mirror = mirror;
    this.meter = meter;
  }

  static async open({ prometheus, hep, logger }: DrachtioOptions, clock: Clock): Promise<Monitoring> {
    const metrics = prometheus ? new Metrics(clock, VERSION) : undefined;
    if (prometheus?.process) metrics?.addProcess();
    const meter = metrics ?? silentMeter;
    const mirror = hep ? await HepMirror.open(hep, clock, logger, meter) : undefined;
    return new Monitoring(metrics, meter, mirror);
  }

  /** Of the port for scrapes; 0 when there is none. */
  get port(): number {
    return this.#scrapes?.port ?? 0;
  }

  /** A SIP message that came or has left. */
  message(flow: Flow, direction: Direction, bytes: Uint8Array): void {
    this.meter.message(direction, bytes);
    this.#mirror?.capture(flow, direction, bytes);
  }

  /** Lets Prometheus in. @throws what listenError makes of a port that cannot be bound. */
  async serve({ prometheus, logger }: DrachtioOptions, read: () => Readings): Promise<void> {
    if (!prometheus || !this.#metrics) return;
    this.#metrics.addReadings(read);
    this.#scrapes = await listenForScrapes(prometheus, this.#metrics.registry, logger);
  }

  async close(): Promise<void> {
    await this.#scrapes?.close();
    await this.#mirror?.close();
  }
}
