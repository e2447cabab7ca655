import type { ReceivedMedia } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import { type Direction, readDirection } from '../media/direction.ts';
import type { MediaServer } from '../media/media-server.ts';
import { type PressedKey, pressedKeys } from '../media/pressed-keys.ts';
import { answerProfile, type MediaSide, offerProfile } from '../media/profile.ts';
import { receivedMedia } from '../media/statistics.ts';

export type Side = 'caller' | 'callee';

export interface LegMedia {
  readonly caller: ReceivedMedia | null;
  readonly callee: ReceivedMedia | null;
}

/** `no-answer`: nothing is known of the call; `unknown`: the media server does not have it. */
export type MediaLook =
  | { readonly kind: 'known'; readonly caller: Direction; readonly callee: Direction }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-answer' };

/**
 * The media of a call. Every called leg has an exchange of its own on the media server, with ports of its own: so two
 * phones that ring together cannot hear each other, and no media server needs to know about forks.
 */
export class CallMedia {
  readonly #server: MediaServer;
  readonly #logger: Logger;
  readonly #callerLeg: string;
  readonly #callerSide: MediaSide;
  readonly #open = new Set<string>();
  /** What the last look said: all that is left of a call that the media server has lost. */
  readonly #seen = new Map<string, LegMedia>();
  /** When the newest key of each leg was pressed that has been told. */
  readonly #toldKeyMs = new Map<string, number>();
  /** Hears of each key that the media server has seen, once. */
  readonly #keyPressed: (leg: string, key: PressedKey) => void;

  constructor(
    server: MediaServer,
    logger: Logger,
    caller: { leg: string; side: MediaSide },
    keyPressed: (leg: string, key: PressedKey) => void,
  ) {
    this.#server = server;
    this.#logger = logger;
    this.#callerLeg = caller.leg;
    this.#callerSide = caller.side;
    this.#keyPressed = keyPressed;
  }

  /** The caller's offer as the called leg gets it. @throws MediaError */
  async offerTo(leg: string, side: MediaSide, sdp: string): Promise<string> {
    this.#open.add(leg);
    return this.#server.offer({ id: leg, fromTag: this.#callerLeg }, sdp, offerProfile(side));
  }

  /** The called leg's answer as the caller gets it, to its `offer`. @throws MediaError */
  async answerFrom(leg: string, sdp: string, offer: string): Promise<string> {
    return this.#server.answer(
      { id: leg, fromTag: this.#callerLeg, toTag: leg },
      sdp,
      answerProfile(this.#callerSide, offer),
    );
  }

  /** A new offer in a call that is up, as the other side gets it. @throws MediaError */
  async reoffer(leg: string, from: Side, calleeSide: MediaSide, sdp: string): Promise<string> {
    return this.#server.offer(
      this.#tags(leg, from),
      sdp,
      offerProfile(from === 'caller' ? calleeSide : this.#callerSide),
    );
  }

  /** The answer to `reoffer`, as the side that made `offer` gets it. @throws MediaError */
  async reanswer(
    leg: string,
    from: Side,
    calleeSide: MediaSide,
    sdp: string,
    offer: string,
  ): Promise<string> {
    const side = from === 'caller' ? this.#callerSide : calleeSide;
    return this.#server.answer(this.#tags(leg, from), sdp, answerProfile(side, offer));
  }

  /** How the two directions of this leg's exchange fare. Never fails. */
  async look(leg: string): Promise<MediaLook> {
    try {
      const reply = await this.#server.look({ id: leg, fromTag: this.#callerLeg });
      if (!reply) return { kind: 'unknown' };
      const caller = readDirection(reply, this.#callerLeg, leg);
      const callee = readDirection(reply, leg, this.#callerLeg);
      this.#tellKeys(reply, leg);
      this.#seen.set(leg, { caller: caller.total, callee: callee.total });
      return { kind: 'known', caller, callee };
    } catch (error) {
      this.#logger.debug({ err: error, leg }, 'the media server did not say how a call fares');
      return { kind: 'no-answer' };
    }
  }

  /** Gives back what one leg has held, and tells what was counted there. Never fails; the log says what went wrong. */
  async release(leg: string): Promise<LegMedia> {
    if (!this.#open.delete(leg)) return { caller: null, callee: null };
    try {
      const reply = await this.#server.release({ id: leg, fromTag: this.#callerLeg });
      const seen = this.#seen.get(leg);
      this.#tellKeys(reply, leg);
      return {
        caller: receivedMedia(reply, this.#callerLeg, leg) ?? seen?.caller ?? null,
        callee: receivedMedia(reply, leg, this.#callerLeg) ?? seen?.callee ?? null,
      };
    } catch (error) {
      this.#logger.warn({ err: error, leg }, 'media was not released');
      return this.#seen.get(leg) ?? { caller: null, callee: null };
    }
  }

  /** Records what both sides of this leg's exchange send; names of files where the media server tells them. @throws MediaError */
  record(leg: string): Promise<string[]> {
    return this.#server.startRecording({ id: leg, fromTag: this.#callerLeg });
  }

  /** @throws MediaError */
  pauseRecording(leg: string): Promise<void> {
    return this.#server.pauseRecording({ id: leg, fromTag: this.#callerLeg });
  }

  #tellKeys(reply: unknown, leg: string): void {
    for (const tag of [this.#callerLeg, leg])
      for (const key of pressedKeys(reply, tag)) {
        if (key.atMs <= (this.#toldKeyMs.get(tag) ?? 0)) continue;
        this.#toldKeyMs.set(tag, key.atMs);
        this.#keyPressed(tag, key);
      }
  }

  /** RFC 3264 speaks of offerer and answerer; NG of from and to, where `from` is whose SDP the offer holds. */
  #tags(leg: string, from: Side): { id: string; fromTag: string; toTag: string } {
    return from === 'caller'
      ? { id: leg, fromTag: this.#callerLeg, toTag: leg }
      : { id: leg, fromTag: leg, toTag: this.#callerLeg };
  }
}
