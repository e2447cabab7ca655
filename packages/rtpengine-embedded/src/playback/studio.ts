import { Pacer } from '@ringback/runtime';
import type { Party } from '../call/party.ts';
import type { MediaClock } from '../media/clock.ts';
import { MediaLibrary } from './media-library.ts';
import { Playback } from './playback.ts';

/** What is played to all parties: one clock, and one library of files. */
export class Studio {
  readonly library: MediaLibrary;
  readonly #pacer = new Pacer();
  readonly #playbacks = new WeakMap<Party, Playback>();
  readonly #clock: MediaClock;

  constructor(ffmpegPath: string, clock: MediaClock) {
    this.library = new MediaLibrary(ffmpegPath);
    this.#clock = clock;
  }

  /** What this party hears of ours, from the first time it is asked for until the party is closed. */
  playbackFor(party: Party): Playback {
    const known = this.#playbacks.get(party);
    if (known) return known;
    const playback = new Playback(party, this.#pacer, this.#clock);
    this.#playbacks.set(party, playback);
    party.whenClosed(() => playback.close());
    return playback;
  }
}
