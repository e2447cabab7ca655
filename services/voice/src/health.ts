import type { PartHealth } from '@ringback/contracts';
import type { Bus } from '@ringback/runtime';
import type { Provider } from '@ringback/speech';
import type { Speaker, SpeechFailure } from './call/spoken-text.ts';
import type { SpeechHealth } from './call/surroundings.ts';

const EVERY_MS = 5000;

/** Tells the state of the voice and of its speech on the bus: every five seconds, when it changes and when asked. */
export class Health implements SpeechHealth {
  readonly #bus: Bus;
  readonly #provider: Provider;
  readonly #timer: NodeJS.Timeout;
  readonly #stopAnswering: () => void;
  #registered = false;
  #registration = 'connecting to the SIP server';
  #speechProblem: string | undefined;

  constructor(bus: Bus, provider: Provider) {
    this.#bus = bus;
    this.#provider = provider;
    this.#timer = setInterval(() => this.#tell(), EVERY_MS);
    this.#stopAnswering = bus.subscribe('health.asked', () => this.#tell());
    this.#tell();
  }

  registration(registered: boolean, detail: string): void {
    const changed = registered !== this.#registered || detail !== this.#registration;
    this.#registered = registered;
    this.#registration = detail;
    if (changed) this.#bus.publish('part.health', this.#voice());
  }

  /** The synthesizer works again; one that stood in for it, or the cache, proves nothing. */
  spoke({ provider, cached }: Speaker): void {
    if (provider === this.#provider && !cached) this.#speechFares(undefined);
  }

  failedToSpeak({ problem, asked }: SpeechFailure): void {
    if (!asked) this.#speechFares(problem);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopAnswering();
  }

  #speechFares(problem: string | undefined): void {
    const changed = problem !== this.#speechProblem;
    this.#speechProblem = problem;
    if (changed) this.#bus.publish('part.health', this.#speech());
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
