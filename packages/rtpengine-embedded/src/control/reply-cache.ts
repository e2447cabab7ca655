/** How long a client may repeat a command: longer than any client's own time limit. */
const KEEP_MS = 30_000;
const MAX_REPLIES = 4096;

/**
 * Replies by cookie: a command that comes again, since its reply was lost, gets the same reply and is not done again.
 * Reads no clock.
 */
export class ReplyCache {
  readonly #replies = new Map<string, { reply: Promise<Uint8Array>; atMs: number }>();

  /** The reply to this cookie; `make` runs only for one not seen before. */
  get(cookie: string, nowMs: number, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    this.#forget(nowMs);
    const known = this.#replies.get(cookie);
    if (known) return known.reply;
    const reply = make();
    this.#replies.set(cookie, { reply, atMs: nowMs });
    return reply;
  }

  // Insertion order is age.
  #forget(nowMs: number): void {
    for (const [cookie, { atMs }] of this.#replies) {
      if (nowMs - atMs < KEEP_MS && this.#replies.size < MAX_REPLIES) return;
      this.#replies.delete(cookie);
    }
  }
}
