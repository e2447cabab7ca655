import { type Dialog as DialogState, dialogKey } from '@ringback/sip';
import { dialogId } from '../identifiers.ts';
import type { Dialog } from './dialog.ts';

/** All dialogs, by the name applications use and by the tags on the wire (RFC 3261 12). */
export class DialogTable {
  readonly #byId = new Map<string, Dialog>();
  readonly #byKey = new Map<string, Dialog>();

  get size(): number {
    return this.#byId.size;
  }

  /** An INVITE that forks has one dialog here with several remote tags. */
  add(dialog: Dialog, remoteTag: string): void {
    this.#byId.set(dialog.id, dialog);
    this.#byKey.set(dialogKey(dialog.callId, dialog.localTag, remoteTag), dialog);
    dialog.remoteTags.add(remoteTag);
  }

  remove(dialog: Dialog): void {
    if (this.#byId.get(dialog.id) === dialog) this.#byId.delete(dialog.id);
    for (const remoteTag of dialog.remoteTags) {
      const key = dialogKey(dialog.callId, dialog.localTag, remoteTag);
      if (this.#byKey.get(key) === dialog) this.#byKey.delete(key);
    }
    dialog.end();
  }

  /**
   * A name for another dialog. It is that of the protocol unless a dialog of the same Call-ID and From tag has it: a
   * fork of a SUBSCRIBE, or a second request of a peer that gives both again. Then the other tag tells them apart.
   */
  freeId({ callId, role, localTag, remoteTag }: DialogState): string {
    const [fromTag, toTag] = role === 'uac' ? [localTag, remoteTag] : [remoteTag, localTag];
    const id = dialogId(callId, fromTag);
    return this.#byId.has(id) ? dialogId(callId, fromTag, toTag) : id;
  }

  byId(id: string): Dialog | undefined {
    return this.#byId.get(id);
  }

  /** The key of `dialogKeyOf`; undefined finds nothing. */
  byKey(key: string | undefined): Dialog | undefined {
    return key === undefined ? undefined : this.#byKey.get(key);
  }

  all(): Dialog[] {
    return [...this.#byId.values()];
  }
}
