import type { Socket } from 'node:net';
import { ApplicationConnection, type ConnectionSettings } from './application-connection.ts';

/** Beyond so many, a new stranger pushes the oldest out: they can neither fill the memory nor shut others out. */
const MAX_STRANGERS = 64;

/** Who is connected to the ports for applications: strangers until they show the secret, applications after. */
export class Admission {
  readonly #settings: ConnectionSettings;
  readonly #strangers = new Set<ApplicationConnection>();
  readonly #applications = new Set<ApplicationConnection>();

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  get applicationCount(): number {
    return this.#applications.size;
  }

  welcome(socket: Socket): void {
    const connection = new ApplicationConnection(socket, this.#settings, {
      authenticated: (known) => this.#admit(known),
      closed: (gone) => {
        this.#strangers.delete(gone);
        this.#applications.delete(gone);
      },
    });
    this.#strangers.add(connection);
    const [oldest] = this.#strangers;
    if (this.#strangers.size > MAX_STRANGERS) oldest?.end();
  }

  endAll(): void {
    for (const connection of [...this.#strangers, ...this.#applications]) connection.end();
  }

  #admit(connection: ApplicationConnection): string | undefined {
    const { limits, logger } = this.#settings;
    if (this.#applications.size >= limits.applications) {
      logger.warn({ limit: limits.applications }, 'an application was turned away');
      return 'too many applications';
    }
    this.#strangers.delete(connection);
    this.#applications.add(connection);
    return undefined;
  }
}
