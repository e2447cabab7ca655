export type StoreErrorCode =
  /** The database does not answer. */
  | 'unavailable'
  /** As above; the record waits in the spool until it is back, and is written then. */
  | 'spooled'
  /** A cursor that no list of this store has given. */
  | 'bad-cursor'
  /** The embedded database's folder is in use by another process. */
  | 'in-use';

/** An expected failure of the store; `message` is one sentence for people, without secrets. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
