import type { PartHealth } from '@ringback/contracts';
import type { Bus } from '@ringback/runtime';
import type { Provider } from '@ringback/speech';

const EVERY_MS = 5000;

/** Tells the state of the voice and of its speech on the bus: every five seconds, and when it changes. */
export class Health {
  readonly #bus: Bus;
  readonly #provider: Provider;
  readonly #timer: NodeJS.Timeout;
  #registered = false;
  #registration = 'connecting to the SIP server';
  #speechProblem: string | undefined;

  constructor(bus: Bus, provider: Provider) {
    this.#bus = bus;
    this.#provider = provider;
    this.#timer = setInterval(() => this.#tell(), EVERY_MS);
    this.#tell();
  }

  registration(registered: boolean, detail: string): void {
    const changed = registered !== this.#registered || detail !== this.#registration;
    this.#registered = registered;
    this.#registration = detail;
    if (changed) this.#bus.publish('part.health', this.#voice());
  }

  /** `problem`: a sentence with the remedy; undefined when speech works. */
  speech(problem: string | undefined): void {
    const changed = problem !== this.#speechProblem;
    this.#speechProblem = problem;
    if (changed) this.#bus.publish('part.health', this.#speech());
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    this.#bus.publish('part.health', this.#voice());
    this.#bus.publish('part.health', this.#speech());
  }

  #voice(): PartHealth {
    const state = this.#registered ? 'up' : 'down';
    return { part: 'voice', state, mode: 'embedded', detail: this.#registration };
  }

  #speech(): PartHealth {
    const external = this.#provider === 'elevenlabs';
    return {
      part: 'speech',
      state: this.#speechProblem === undefined ? 'up' : 'degraded',
      mode: external ? 'external' : 'embedded',
      detail: this.#speechProblem ?? (external ? 'ElevenLabs' : 'built-in voice'),
    };
  }
}
