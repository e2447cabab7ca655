import type { CommandNotes, NgCommand } from '@ringback/rtpengine-ng';
import type { Logger } from '@ringback/runtime';

const MAX_CALLS = 1024;

/** Says once per call what of its commands nobody understands: applications send the same options each time. */
export class NoteLog {
  readonly #said = new Map<string, Set<string>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(command: NgCommand, { unknown, withoutEffect }: CommandNotes): void {
    const callId = 'callId' in command ? command.callId : '';
    const said = this.#saidOf(callId, unknown.length + withoutEffect.length);
    const isNew = (name: string) => !said.has(name);
    const notes = { unknown: unknown.filter(isNew), withoutEffect: withoutEffect.filter(isNew) };
    for (const name of [...notes.unknown, ...notes.withoutEffect]) said.add(name);
    const what = { command: command.command, callId };
    if (notes.unknown.length > 0)
      this.#logger.warn({ ...what, names: notes.unknown }, 'NG options that nobody knows');
    if (notes.withoutEffect.length > 0)
      this.#logger.info({ ...what, names: notes.withoutEffect }, 'NG options that have no effect here');
    if (command.command === 'delete') this.#said.delete(callId);
  }

  #saidOf(callId: string, count: number): Set<string> {
    const said = this.#said.get(callId) ?? new Set<string>();
    if (count === 0) return said;
    // A call that is spoken of again becomes the newest; the oldest makes room.
    this.#said.delete(callId);
    this.#said.set(callId, said);
    const [oldest] = this.#said.keys();
    if (this.#said.size > MAX_CALLS && oldest !== undefined) this.#said.delete(oldest);
    return said;
  }
}
