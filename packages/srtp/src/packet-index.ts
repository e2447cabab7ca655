/** Packets that may come late, after the newest: RFC 3711 3.3.2 asks for 64 at least. */
export const REPLAY_WINDOW = 128;

const SEQUENCE_NUMBERS = 0x10000;
const HALF = 0x8000;

/**
 * The indices of one stream: guesses the 48 bit index of a packet from its 16 bit sequence number (RFC 3711 3.3.1) and
 * keeps the replay list (3.3.2). Used by the sender as well: an index is never protected twice, since that would give
 * away the keystream.
 */
export class PacketIndex {
  /** The highest index so far; -1 before the first. */
  #highest = -1;
  /** One entry per index of the window, at the index modulo its length. */
  readonly #seen = new Uint8Array(REPLAY_WINDOW);

  get begun(): boolean {
    return this.#highest >= 0;
  }

  /** The index this sequence number most likely stands for; below 0 for one that is older than the stream. */
  estimate(sequenceNumber: number): number {
    if (!this.begun) return sequenceNumber;
    const newest = this.#highest % SEQUENCE_NUMBERS;
    const guess = this.#highest - newest + sequenceNumber;
    if (newest < HALF) return sequenceNumber - newest > HALF ? guess - SEQUENCE_NUMBERS : guess;
    return newest - HALF > sequenceNumber ? guess + SEQUENCE_NUMBERS : guess;
  }

  /** False for an index that was accepted before, or is too old to know. */
  isFresh(index: number): boolean {
    if (index < 0 || index <= this.#highest - REPLAY_WINDOW) return false;
    return index > this.#highest || this.#seen[index % REPLAY_WINDOW] === 0;
  }

  /** Notes a fresh index whose packet is authentic. */
  accept(index: number): void {
    if (index - this.#highest >= REPLAY_WINDOW) this.#seen.fill(0);
    else
      for (let skipped = this.#highest + 1; skipped < index; skipped++)
        this.#seen[skipped % REPLAY_WINDOW] = 0;
    this.#seen[index % REPLAY_WINDOW] = 1;
    this.#highest = Math.max(this.#highest, index);
  }
}
