import type { Paced } from '@ringback/runtime';
import type { Codec } from '@ringback/sdp';
import type { MediaClock } from '../media/clock.ts';
import type { Ingress } from '../media/ingress.ts';
import { lawOf } from '../media/law.ts';
import type { Outlet } from '../media/outlet.ts';
import type { FrameEncoder } from './frame-encoder.ts';
import { type KeyFormat, type KeyPeriod, type KeyPress, periodsOf } from './key-press.ts';
import { Mixer } from './mixer.ts';
import { Player, type PlayOptions } from './player.ts';
import type { Sound } from './sound.ts';

/** Who hears what is played: an endpoint, as far as it matters here. */
export type Hearer = {
  readonly outlet: Outlet;
  /** Whether it said that it wants to hear. */
  readonly listens: boolean;
  /** The formats that it takes. */
  readonly takes: readonly Codec[];
  readonly peer: { readonly ingress: Ingress } | undefined;
};

/** The clock of all playbacks. */
export type TurnTaking = { join(stream: Paced): void; leave(stream: Paced): void };

/** More keys than anybody dials wait for none. */
const MAX_KEYS = 64;

type KeyPeriods = Generator<KeyPeriod, void, void>;

/** A sound that is being played: who makes it, its packets, and who wants to know that it is over. */
type Playing = { player: Player; encoder: FrameEncoder; mixer: Mixer | undefined; ended: () => void };

/**
 * What one endpoint hears of our own: a sound beside what its peer says, and keys in place of it. Sound towards G.711 is mixed
 * with the peer's; towards another codec it takes the peer's place. While a key sounds, neither is heard.
 */
export class Playback implements Paced {
  readonly #hearer: Hearer;
  readonly #pacer: TurnTaking;
  readonly #clock: MediaClock;
  readonly #keys: KeyPeriods[] = [];
  #key: KeyPeriods | undefined;
  #playing: Playing | undefined;
  #begins = true;
  #joined = false;

  constructor(hearer: Hearer, pacer: TurnTaking, clock: MediaClock) {
    this.#hearer = hearer;
    this.#pacer = pacer;
    this.#clock = clock;
  }

  /** Plays in place of what is being played, with an encoder that is closed at the end. */
  play(sound: Sound, options: PlayOptions, encoder: FrameEncoder, ended: () => void): void {
    this.stop();
    const mixer = lawOf(encoder.codec) && new Mixer(this.#hearer.peer?.ingress.lastPacketMs);
    this.#playing = { player: new Player(sound, options), encoder, mixer, ended };
    if (mixer)
      this.#hearer.outlet.companion = (bytes, route, nowMs) => this.#ride(bytes, route.payloadType, nowMs);
    this.#begins = true;
    this.#join();
  }

  /** Ends what is played, keys excepted; gives the position it was at, `undefined` when there was nothing. */
  stop(): number | undefined {
    const position = this.#playing?.player.position;
    this.#playing?.encoder.close();
    this.#playing = undefined;
    this.#hearer.outlet.companion = undefined;
    this.#hearer.outlet.relays = true;
    return position;
  }

  /** Puts a key behind those that wait; false when too many do. */
  press(key: KeyPress, format: KeyFormat): boolean {
    if (this.#keys.length >= MAX_KEYS) return false;
    this.#keys.push(periodsOf(key, format));
    this.#join();
    return true;
  }

  close(): void {
    this.stop();
    this.#key?.return();
    this.#key = undefined;
    for (const key of this.#keys.splice(0)) key.return();
    this.#leave();
  }

  turn(frames: number, skipped: number): void {
    const nowMs = this.#clock.nowMs();
    this.#playing?.player.skip(skipped);
    if (skipped > 0) this.#begins = true;
    for (let i = 0; i < frames; i++) this.#period(nowMs);
    if (!this.#playing && !this.#key && this.#keys.length === 0) this.#leave();
  }

  #period(nowMs: number): void {
    const key = this.#keyPeriod();
    const sounding = key?.sounding ?? false;
    this.#hearer.outlet.relays = !sounding && (!this.#playing || this.#playing.mixer !== undefined);
    for (const frame of key?.frames ?? []) this.#hearer.outlet.inject(frame, nowMs);
    if (this.#playing) this.#playOn(this.#playing, sounding || !this.#hearer.listens, nowMs);
  }

  #keyPeriod(): KeyPeriod | undefined {
    const period = this.#key?.next();
    if (period && !period.done) return period.value;
    this.#key = this.#keys.shift();
    if (!this.#key) return undefined;
    return this.#keyPeriod();
  }

  #playOn({ player, mixer, encoder, ended }: Playing, unheard: boolean, nowMs: number): void {
    const next = player.next();
    if (unheard) this.#begins = true;
    else this.#hear(next, mixer, encoder, nowMs);
    if (!player.done || (mixer && !mixer.empty && !unheard)) return;
    this.stop();
    ended();
  }

  #hear(next: Int16Array | undefined, mixer: Mixer | undefined, encoder: FrameEncoder, nowMs: number): void {
    const frame = next && mixer ? mixer.take(next, nowMs) : next;
    if (frame) this.#send(encoder, frame, nowMs);
    for (let due = mixer?.due(nowMs); due; due = mixer?.due(nowMs)) this.#send(encoder, due, nowMs);
  }

  #send(encoder: FrameEncoder, samples: Int16Array, nowMs: number): void {
    const frame = encoder.encode(samples, this.#begins);
    if (frame) this.#hearer.outlet.inject(frame, nowMs);
    this.#begins = !frame;
  }

  /** A packet of the peer is about to go out with this payload type. */
  #ride(bytes: Buffer, payloadType: number, nowMs: number): void {
    const codec = this.#hearer.takes.find((format) => format.payloadType === payloadType);
    if (!codec || !this.#playing?.mixer) return;
    this.#playing.mixer.ride(bytes, codec, nowMs);
    // What is sent after it by ourselves goes on from it.
    this.#begins = true;
  }

  #join(): void {
    if (this.#joined) return;
    this.#joined = true;
    this.#pacer.join(this);
  }

  #leave(): void {
    if (this.#joined) this.#pacer.leave(this);
    this.#joined = false;
    this.#hearer.outlet.relays = true;
  }
}
