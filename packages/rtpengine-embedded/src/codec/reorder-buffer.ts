import { addSequence, type SequenceNumber, sequenceDistance } from '@ringback/rtp';

/** A number further away than this, either way, begins a new count (RFC 3550 A.1). */
const MAX_DISTANCE = 100;

type Numbered = { readonly sequenceNumber: SequenceNumber };

/** Gives each packet its turn: `lost` is how many just before it never came. */
export type TakeInOrder<T> = (packet: T, lost: number) => void;

/**
 * Puts the packets of one source into their order. One packet waits for those before it until the next one comes:
 * neighbours that changed places are put right, and a loss delays by one packet. What comes twice, or after it was given
 * up, is dropped.
 */
export class ReorderBuffer<T extends Numbered> {
  readonly #take: TakeInOrder<T>;
  #next: SequenceNumber | undefined;
  #waiting: T | undefined;

  constructor(take: TakeInOrder<T>) {
    this.#take = take;
  }

  receive(packet: T): void {
    const distance = this.#distanceTo(packet);
    if (distance === 0) this.#takeRun(packet, 0);
    else if (Math.abs(distance) > MAX_DISTANCE) this.#restart(packet);
    else if (distance > 0) this.#hold(packet, distance);
  }

  #distanceTo({ sequenceNumber }: T): number {
    return sequenceDistance(this.#next ?? sequenceNumber, sequenceNumber);
  }

  #restart(packet: T): void {
    this.#waiting = undefined;
    this.#takeRun(packet, 0);
  }

  #hold(packet: T, distance: number): void {
    const waiting = this.#waiting;
    if (!waiting) {
      this.#waiting = packet;
      return;
    }
    const waitingDistance = this.#distanceTo(waiting);
    if (waitingDistance === distance) return;
    const packetIsFirst = distance < waitingDistance;
    this.#waiting = packetIsFirst ? waiting : packet;
    this.#takeRun(packetIsFirst ? packet : waiting, Math.min(distance, waitingDistance));
  }

  /** This packet, and the one that waited for it. */
  #takeRun(packet: T, lost: number): void {
    this.#next = addSequence(packet.sequenceNumber, 1);
    this.#take(packet, lost);
    const waiting = this.#waiting;
    if (waiting?.sequenceNumber !== this.#next) return;
    this.#waiting = undefined;
    this.#takeRun(waiting, 0);
  }
}
