import { DirectForwarder, type Forwarder } from '../media/forwarder.ts';
import type { Outlet } from '../media/outlet.ts';
import type { PayloadRoute, TranscodingPlan } from '../negotiation/payload-routes.ts';
import { openTranscoder, type Transcoder } from './transcoder.ts';

/** Sends on what the receiver knows as it is, and what it does not know as something that it knows. */
export class TranscodingForwarder implements Forwarder {
  readonly #direct: DirectForwarder;
  readonly #transcoder: Transcoder;
  /** The sound that came last is one that the receiver knows. */
  #soundPasses = false;

  private constructor(to: Outlet, transcoder: Transcoder) {
    this.#direct = new DirectForwarder(to);
    this.#transcoder = transcoder;
  }

  static async open(plan: TranscodingPlan, to: Outlet): Promise<TranscodingForwarder> {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const transcoder = await openTranscoder(plan, seed, (bytes, route, nowMs) =>
      to.relay(bytes, route, nowMs),
    );
    return new TranscodingForwarder(to, transcoder);
  }

  forward(bytes: Buffer, route: PayloadRoute, nowMs: number): void {
    if (!route.isEvent) this.#soundPasses = !route.transcoded;
    if (route.transcoded && !this.#passesWithSound(route)) this.#transcoder.receive(bytes, route, nowMs);
    else this.#direct.forward(bytes, route, nowMs);
  }

  /** A key goes the way of the sound that it interrupts, which has its numbers, if both sides have the same clock for it. */
  #passesWithSound({ isEvent, codec, clockRate }: PayloadRoute): boolean {
    return isEvent && this.#soundPasses && codec.clockRate === clockRate;
  }

  close(): void {
    this.#direct.close();
    this.#transcoder.close();
  }
}
