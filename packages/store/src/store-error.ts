export type StoreErrorCode =
  /** No database answered in time. */
  | 'unavailable'
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
