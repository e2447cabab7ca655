import { isValidRtp } from '@ringback/rtp';
import type { PayloadRoute } from '../negotiation/payload-routes.ts';
import type { MediaClock } from './clock.ts';
import type { Forwarder } from './forwarder.ts';
import { admit, type Gates, OPEN_GATES } from './gates.ts';
import { Ingress } from './ingress.ts';
import { KeyLog } from './key-log.ts';

/** Hears each valid packet of a party as it came, decrypted and before any gate. It may keep copies, never the bytes. */
export type Tap = (bytes: Buffer, nowMs: number) => void;

/** An Ethernet frame; speech needs a tenth of it, and the WebRTC side does not fragment. */
const MAX_PACKET = 1500;

/** The way of one party's RTP: count, keys, taps, gates, and the forwarder towards whom it speaks to. */
export class Inlet {
  readonly ingress = new Ingress();
  readonly keyLog = new KeyLog();
  /** Whether the one sends and the other listens. */
  audible = false;
  /** By payload type, as it comes. */
  #routes: ReadonlyMap<number, PayloadRoute> = new Map();
  #lastPayloadType = -1;
  #lastRoute: PayloadRoute | undefined;
  #forwarder: Forwarder | undefined;
  #taps: readonly Tap[] = [];
  #gates: Readonly<Gates> = OPEN_GATES;
  /** True when a packet has more to pass than the way to the peer. */
  #detours = false;
  readonly #clock: MediaClock;

  constructor(clock: MediaClock) {
    this.#clock = clock;
  }

  /** From now on packets go there. */
  connect(routes: ReadonlyMap<number, PayloadRoute>, forwarder: Forwarder): void {
    this.disconnect();
    this.#routes = routes;
    this.#lastPayloadType = -1;
    this.#forwarder = forwarder;
  }

  /** What comes is counted and tapped, and heard by nobody. */
  disconnect(): void {
    this.#forwarder?.close();
    this.#forwarder = undefined;
  }

  /** Listens in; call what it gives back to stop. */
  tap(tap: Tap): () => void {
    this.#taps = [...this.#taps, tap];
    this.#chooseWay();
    return () => {
      this.#taps = this.#taps.filter((other) => other !== tap);
      this.#chooseWay();
    };
  }

  get gates(): Readonly<Gates> {
    return this.#gates;
  }

  /** Closes or opens some of the gates. */
  gate(change: Partial<Gates>): void {
    this.#gates = { ...this.#gates, ...change };
    this.#chooseWay();
  }

  #chooseWay(): void {
    const { blocked, silenced, dtmfBlocked } = this.#gates;
    this.#detours = this.#taps.length > 0 || blocked || silenced || dtmfBlocked;
  }

  /** Takes one packet, which is its own to change. */
  receive(bytes: Buffer): void {
    if (bytes.length > MAX_PACKET || !isValidRtp(bytes)) {
      this.ingress.refuse();
      return;
    }
    const nowMs = this.#clock.nowMs();
    const route = this.#routeOf(bytes[1]! & 0x7f);
    this.ingress.countRtp(bytes, route?.clockRate ?? 8000, route?.isEvent ?? false, nowMs);
    if (route?.isEvent) this.keyLog.hear(bytes, this.#clock.unixMs());
    if (this.#detours) this.#detour(bytes, route, nowMs);
    else if (route && this.audible) this.#forwarder?.forward(bytes, route, nowMs);
  }

  /** Nearly all packets are of the type of the one before, which is at hand. */
  #routeOf(payloadType: number): PayloadRoute | undefined {
    if (payloadType !== this.#lastPayloadType) {
      this.#lastPayloadType = payloadType;
      this.#lastRoute = this.#routes.get(payloadType);
    }
    return this.#lastRoute;
  }

  #detour(bytes: Buffer, route: PayloadRoute | undefined, nowMs: number): void {
    for (const tap of this.#taps) tap(bytes, nowMs);
    if (!route || !this.audible) return;
    const admitted = admit(this.#gates, bytes, route);
    if (admitted) this.#forwarder?.forward(admitted, route, nowMs);
  }
}
