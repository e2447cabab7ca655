import type { IssuedSession } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import { Registerer, type UserAgent, UserAgentState } from 'sip.js';
import { backOffMs } from './back-off.ts';
import type { Credentials } from './credentials.ts';

/** What the registrar is asked for, and how often it is asked again: two refreshes may be lost. */
const EXPIRES_SEC = 90;
const REFRESH_MS = 30_000;
const SHORTEST_REFRESH_MS = 1000;
/** A REGISTER without an answer for this long means that the connection is dead, whatever TCP thinks. */
const ANSWER_PATIENCE_MS = 5000;
const STOP_PATIENCE_MS = 2000;

export interface RegistrationSurroundings {
  readonly credentials: Credentials;
  readonly logger: Logger;
  /** The user agent for these credentials; called until it gives one, then never again. */
  makeAgent(issued: IssuedSession): UserAgent;
  /** The voice can or cannot be reached now; `detail` is one sentence. */
  changed(registered: boolean, detail: string): void;
}

/**
 * Keeps a user agent connected and registered for ever (RFC 3261 10.2): SIP.js does neither by itself. After a failure
 * it tries again with growing pauses; after 401 or 403 with a new password.
 */
export class Registration {
  readonly #surroundings: RegistrationSurroundings;
  readonly #running: Promise<void>;
  #agent: UserAgent | undefined;
  #registerer: Registerer | undefined;
  #registered = false;
  #closing = false;
  #wake: () => void = () => undefined;
  #giveUpAsking: () => void = () => undefined;

  constructor(surroundings: RegistrationSurroundings) {
    this.#surroundings = surroundings;
    this.#running = this.#run();
  }

  get registered(): boolean {
    return this.#registered;
  }

  get agent(): UserAgent | undefined {
    return this.#agent;
  }

  /** To be told of a broken connection. */
  disconnected(): void {
    this.#change(false, 'the connection to the SIP server is lost');
    this.#giveUpAsking();
    this.#wake();
  }

  /** To be told when a request was refused for its password. */
  refused(): void {
    this.#surroundings.credentials.refused();
    this.#wake();
  }

  /** Unregisters and disconnects. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    const agent = this.#agent;
    if (agent) {
      await within(STOP_PATIENCE_MS, agent.stop()).catch(async (error: unknown) => {
        this.#surroundings.logger.debug({ err: error }, 'the SIP server did not confirm the end');
        await within(STOP_PATIENCE_MS, agent.transport.dispose());
      });
    }
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#closing; ) {
      try {
        await this.#connect();
        await this.#register();
        failures = 0;
        await this.#refreshWhileConnected();
      } catch (error) {
        if (this.#closing) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.#change(false, `not registered: ${reason}`);
        this.#surroundings.logger.debug({ err: error }, 'not registered');
      }
      failures += 1;
      await this.#pause(backOffMs(failures, Math.random()));
    }
  }

  async #connect(): Promise<void> {
    const issued = await this.#surroundings.credentials.current();
    if (this.#closing) return;
    this.#agent ??= this.#surroundings.makeAgent(issued);
    const agent = this.#agent;
    await (agent.state === UserAgentState.Started ? agent.reconnect() : agent.start());
  }

  async #refreshWhileConnected(): Promise<void> {
    while (this.#agent?.isConnected()) {
      const waitMs = Math.min(REFRESH_MS, this.#surroundings.credentials.freshForMs);
      await this.#pause(Math.max(SHORTEST_REFRESH_MS, waitMs));
      if (this.#closing || !this.#agent.isConnected()) return;
      await this.#register();
    }
  }

  async #register(): Promise<void> {
    const agent = this.#agent;
    if (!agent || this.#closing) return;
    const issued = await this.#surroundings.credentials.current();
    agent.configuration.authorizationUsername = issued.username;
    agent.configuration.authorizationPassword = issued.password;
    const sipStatus = await this.#ask(agent);
    if (sipStatus === 200) {
      this.#change(true, `registered as ${issued.uri}`);
      return;
    }
    if (sipStatus === 401 || sipStatus === 403 || sipStatus === 407) this.#surroundings.credentials.refused();
    throw new Error(`the registrar answers ${sipStatus}`);
  }

  /** One REGISTER; the status of its answer. */
  async #ask(agent: UserAgent): Promise<number> {
    // SIP.js would refresh at 99 % of the time, without anybody to hear of a failure: ours come long before.
    this.#registerer ??= new Registerer(agent, { expires: EXPIRES_SEC, logConfiguration: false });
    const registerer = this.#registerer;
    const answer = new Promise<number>((resolve, reject) => {
      this.#giveUpAsking = () => reject(new Error('the connection broke'));
      registerer
        .register({
          requestDelegate: {
            onAccept: () => resolve(200),
            onReject: ({ message }) => resolve(message.statusCode ?? 500),
            onRedirect: ({ message }) => resolve(message.statusCode ?? 500),
          },
        })
        .catch(reject);
    });
    try {
      return await within(ANSWER_PATIENCE_MS, answer);
    } catch (error) {
      // A registerer that waits for an answer takes no other order; it ends by itself when its timer does.
      this.#registerer = undefined;
      void registerer.dispose();
      if (!this.#closing) void agent.transport.disconnect().catch(() => undefined);
      throw error;
    }
  }

  #change(registered: boolean, detail: string): void {
    this.#registered = registered;
    this.#surroundings.changed(registered, detail);
  }

  /** Waits; `disconnected`, `refused` and `close` cut it short. */
  #pause(ms: number): Promise<void> {
    if (this.#closing) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** @throws Error when the promise takes longer. */
function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
