import { PacketIndex } from './packet-index.ts';

/** Phones change their SSRC now and then; more than this under one key is a fault. */
export const MAX_SOURCES = 64;

/** The stream of each SSRC under one key. None is ever forgotten: a forgotten one could be replayed. */
export class SourceTable {
  readonly #streams = new Map<number, PacketIndex>();

  /** The stream of that SSRC, a new one if need be, which counts once it is kept; `undefined` when there are too many. */
  get(ssrc: number): PacketIndex | undefined {
    return this.#streams.get(ssrc) ?? (this.#streams.size < MAX_SOURCES ? new PacketIndex() : undefined);
  }

  keep(ssrc: number, stream: PacketIndex): void {
    if (!this.#streams.has(ssrc)) this.#streams.set(ssrc, stream);
  }
}
