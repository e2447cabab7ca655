const LIMIT = 1000;

/** From tags of requests that were challenged, by Call-ID: the retry with credentials is the same call. */
export class Challenges {
  readonly #tags = new Map<string, string>();

  add(callId: string, fromTag: string | undefined): void {
    if (fromTag === undefined) return;
    this.#tags.delete(callId);
    this.#tags.set(callId, fromTag);
    const oldest = this.#tags.size > LIMIT ? this.#tags.keys().next().value : undefined;
    if (oldest !== undefined) this.#tags.delete(oldest);
  }

  /** The tag, once, when it is the one that was challenged. */
  tagFor(callId: string, fromTag: string | undefined): string | undefined {
    if (fromTag === undefined || this.#tags.get(callId) !== fromTag) return undefined;
    this.#tags.delete(callId);
    return fromTag;
  }
}
