import type { PGlite } from '@electric-sql/pglite';

export interface SessionClient {
  send(bytes: Uint8Array): void;
  /** The session could not answer it at all. */
  drop(error: Error): void;
}

type Session = Pick<PGlite, 'execProtocolRawStream' | 'isInTransaction' | 'exec'>;

interface Turn {
  client: SessionClient;
  work: () => Promise<unknown>;
  /** False: the session stays this client's, for the rest of its batch. */
  whole: boolean;
}

const SYNC = Uint8Array.of(0x53, 0, 0, 0, 4);

/**
 * Shares PGlite's one session between clients. A turn is a whole batch up to its Sync, so that no Parse of
 * another client comes between a Parse and its Bind; and while a client's transaction is open all turns are its own.
 */
export class SessionTurns {
  readonly #session: Session;
  readonly #onFailure: (error: Error) => void;
  #waiting: Turn[] = [];
  #holder: SessionClient | null = null;
  #running = false;
  #run = Promise.resolve();

  constructor(session: Session, onFailure: (error: Error) => void) {
    this.#session = session;
    this.#onFailure = onFailure;
  }

  /** Queues a batch of frames; what the session answers goes to the client. */
  take(client: SessionClient, bytes: Uint8Array, whole: boolean): void {
    this.#queue({
      client,
      whole,
      work: () =>
        this.#session.execProtocolRawStream(bytes, {
          // The session writes its next answer into the same memory.
          onRawData: (answer) => client.send(Uint8Array.from(answer)),
        }),
    });
  }

  /** After the client's last batch, undoes what it has left open. */
  leave(client: SessionClient): void {
    this.#queue({ client, whole: true, work: () => this.#clearUp(client) });
  }

  /** When all that was queued is done. */
  async idle(): Promise<void> {
    while (this.#running) await this.#run;
  }

  #queue(turn: Turn): void {
    this.#waiting.push(turn);
    if (!this.#running) this.#run = this.#takeTurns();
  }

  async #takeTurns(): Promise<void> {
    this.#running = true;
    for (let turn = this.#next(); turn; turn = this.#next()) {
      try {
        await turn.work();
      } catch (error) {
        this.#onFailure(error as Error);
        turn.client.drop(error as Error);
      }
      this.#holder = !turn.whole || this.#session.isInTransaction() ? turn.client : null;
    }
    this.#running = false;
  }

  #next(): Turn | undefined {
    if (!this.#holder) return this.#waiting.shift();
    const at = this.#waiting.findIndex(({ client }) => client === this.#holder);
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  async #clearUp(client: SessionClient): Promise<void> {
    if (this.#holder !== client) return;
    await this.#session.execProtocolRawStream(SYNC, { onRawData: () => undefined });
    if (this.#session.isInTransaction()) await this.#session.exec('ROLLBACK');
  }
}
