import type { Logger } from '@ringback/runtime';
import type { Srf, SrfDialog, SrfOutgoing } from '../sip-server/srf.ts';
import type { AbortCause } from './call-end.ts';
import type { CallShell } from './call-shell.ts';

/** The calls that are up, and the dialogs that could not be told of their end yet. */
export class ActiveCalls {
  readonly #calls = new Map<string, CallShell>();
  readonly #srf: Srf;
  readonly #logger: Logger;
  #looseEnds: SrfOutgoing[] = [];

  constructor(srf: Srf, logger: Logger) {
    this.#srf = srf;
    this.#logger = logger;
  }

  get size(): number {
    return this.#calls.size;
  }

  has(id: string): boolean {
    return this.#calls.has(id);
  }

  add(call: CallShell): void {
    this.#calls.set(call.id, call);
    void call.finished.then(() => this.#calls.delete(call.id));
  }

  abort(id: string, cause: AbortCause): void {
    this.#calls.get(id)?.abort(cause);
  }

  /** False for a call that is not here. @throws MediaError */
  async setRecording(id: string, on: boolean): Promise<boolean> {
    const call = this.#calls.get(id);
    await call?.setRecording(on);
    return call !== undefined;
  }

  abortAll(cause: AbortCause): void {
    for (const call of this.#calls.values()) call.abort(cause);
  }

  /** Resolves when the calls that are up now have ended and are on record. */
  async allFinished(): Promise<void> {
    await Promise.all([...this.#calls.values()].map(({ finished }) => finished));
  }

  /** BYE. With no connection to the SIP server it is kept for when there is one again: drachtio keeps dialogs. */
  hangUp(dialog: SrfDialog, reason: string | undefined): void {
    const headers: Record<string, string> = reason === undefined ? {} : { Reason: reason };
    const keep = () => {
      this.#looseEnds.push({ method: 'BYE', uri: 'sip:placeholder', stackDialogId: dialog.id, headers });
    };
    if (!dialog.connected) return;
    if (dialog.socket.destroyed) {
      keep();
      return;
    }
    try {
      dialog.destroy({ headers }, (error) => {
        if (error) this.#logger.debug({ err: error }, 'a BYE was not sent');
      });
    } catch (error) {
      this.#logger.debug({ err: error }, 'a BYE was not sent');
      keep();
    }
  }

  /** To be called when the SIP server is back. */
  tieLooseEnds(): void {
    const ends = this.#looseEnds;
    this.#looseEnds = [];
    for (const end of ends) {
      try {
        this.#srf.request(end, (error) => {
          if (error) this.#logger.debug({ err: error }, 'a BYE came too late');
        });
      } catch (error) {
        this.#logger.debug({ err: error }, 'the connection was lost again');
      }
    }
  }
}
