/** A command that cannot be done: the message is the `error-reason` of the reply. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code = 'refused';
}
