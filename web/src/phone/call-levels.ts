import type { LevelMeter } from './level-meter.ts';

interface Streams {
  readonly local: MediaStream | null;
  readonly remote: MediaStream | null;
}

/** How loud both ends of a call are. A hold or another microphone brings other tracks: it follows them. */
export class CallLevels {
  readonly #streams: () => Streams;
  readonly #open: (stream: MediaStream) => LevelMeter;
  readonly #meters = new Map<keyof Streams, { track: MediaStreamTrack; meter: LevelMeter }>();

  constructor(streams: () => Streams, open: (stream: MediaStream) => LevelMeter) {
    this.#streams = streams;
    this.#open = open;
  }

  /** 0 (silence) to 1 (full scale). */
  read(end: keyof Streams): number {
    const stream = this.#streams()[end];
    const track = stream?.getAudioTracks()[0];
    const known = this.#meters.get(end);
    if (known && known.track === track) return known.meter.read();
    this.#close(end);
    if (!stream || !track) return 0;
    const meter = this.#open(stream);
    this.#meters.set(end, { track, meter });
    return meter.read();
  }

  close(): void {
    for (const end of [...this.#meters.keys()]) this.#close(end);
  }

  #close(end: keyof Streams): void {
    this.#meters.get(end)?.meter.close();
    this.#meters.delete(end);
  }
}
