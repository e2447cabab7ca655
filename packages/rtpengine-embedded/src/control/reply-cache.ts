/** How long a client may repeat a command: longer than any client's own time limit. */
const KEEP_MS = 30_000;
const MAX_REPLIES = 4096;
const MAX_BYTES = 16 * 1024 * 1024;

type Entry = { readonly reply: Promise<Uint8Array>; readonly atMs: number; bytes: number };

/**
 * Replies by cookie: a command that comes again, since its reply was lost, gets the same reply and is not done again.
 * Reads no clock.
 */
export class ReplyCache {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** The reply to this cookie, also while it is being made. */
  find(cookie: string, nowMs: number): Promise<Uint8Array> | undefined {
    this.#forget(nowMs);
    return this.#entries.get(cookie)?.reply;
  }

  keep(cookie: string, reply: Promise<Uint8Array>, nowMs: number): Promise<Uint8Array> {
    const entry: Entry = { reply, atMs: nowMs, bytes: 0 };
    this.#entries.set(cookie, entry);
    return reply.then((bytes) => {
      if (this.#entries.get(cookie) !== entry) return bytes;
      entry.bytes = bytes.length;
      this.#bytes += bytes.length;
      return bytes;
    });
  }

  // Insertion order is age.
  #forget(nowMs: number): void {
    for (const [cookie, { atMs, bytes }] of this.#entries) {
      const room = this.#entries.size < MAX_REPLIES && this.#bytes < MAX_BYTES;
      if (nowMs - atMs < KEEP_MS && room) return;
      this.#entries.delete(cookie);
      this.#bytes -= bytes;
    }
  }
}
