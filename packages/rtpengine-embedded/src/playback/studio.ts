import { Pacer } from '@ringback/runtime';
import type { Party } from '../call/party.ts';
import type { MediaClock } from '../media/clock.ts';
import { openFrameEncoder } from './frame-encoder.ts';
import { closeKeyFormat, type KeyPress, openKeyFormat } from './key-press.ts';
import { MediaLibrary } from './media-library.ts';
import { Playback } from './playback.ts';
import type { PlayOptions } from './player.ts';
import type { Sound } from './sound.ts';

/** What is played to all parties: one clock, and one library of files. */
export class Studio {
  readonly library: MediaLibrary;
  readonly #pacer = new Pacer();
  readonly #playbacks = new WeakMap<Party, Playback>();
  readonly #clock: MediaClock;

  constructor(files: { ffmpegPath: string; workingDir: string }, clock: MediaClock) {
    this.library = new MediaLibrary(files.ffmpegPath, files.workingDir);
    this.#clock = clock;
  }

  /** Plays to a party beside or in place of its peer; false when it takes no format that sound can be made in. */
  async play(party: Party, sound: Sound, options: PlayOptions, ended: () => void): Promise<boolean> {
    const encoder = await openFrameEncoder(party.takes);
    if (encoder) this.#playbackFor(party).play(sound, options, encoder, ended);
    return encoder !== undefined;
  }

  /** The position at which what is played to a party ends; `undefined` when nothing is. */
  stop(party: Party): number | undefined {
    return this.#playbacks.get(party)?.stop();
  }

  /** Lets a party hear a key; false when it can be given none, or too many wait. */
  async press(party: Party, key: KeyPress): Promise<boolean> {
    const format = await openKeyFormat(party.takes);
    if (!format) return false;
    const taken = this.#playbackFor(party).press(key, format);
    if (!taken) closeKeyFormat(format);
    return taken;
  }

  /** From the first time it is asked for until the party is closed. */
  #playbackFor(party: Party): Playback {
    const known = this.#playbacks.get(party);
    if (known) return known;
    const playback = new Playback(party, this.#pacer, this.#clock);
    this.#playbacks.set(party, playback);
    party.whenClosed(() => playback.close());
    return playback;
  }
}
