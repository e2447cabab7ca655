import { bytesOfSamples, wavHeader } from '@ringback/audio';
import { ChannelClock } from './channel-clock.ts';
import type { RecordingFile } from './recording-file.ts';
import { type Channel, SAMPLE_RATE, StereoTimeline } from './stereo-timeline.ts';

const FORMAT = { format: 'pcm16', sampleRate: SAMPLE_RATE, channels: 2 } as const;
const FRAME_BYTES = 4;
const HEADER_BYTES = wavHeader(FORMAT, 0).length;
/** What a 32-bit length holds, header included: 37 hours. */
const MAX_SAMPLES = Math.floor((0xffffffff - HEADER_BYTES) / FRAME_BYTES);
/** Sound is written this long after it was spoken: what comes later is too late. */
const LATENESS_MS = 500;

/** The sound of one packet: where its source says it belongs, and when it came. */
export type SpokenSound = {
  samples: Int16Array;
  ssrc: number;
  timestamp: number;
  clockRate: number;
  nowMs: number;
};

/**
 * A call as a stereo WAV file. Each piece has its place in the file, so that what a slow disk costs is heard as silence and
 * moves nothing; the header always tells the length written so far, so that the file is good however this process ends.
 */
export class WavRecorder {
  readonly #file: RecordingFile;
  readonly #startMs: number;
  readonly #timeline = new StereoTimeline();
  readonly #clocks: readonly [ChannelClock, ChannelClock] = [new ChannelClock(), new ChannelClock()];

  constructor(file: RecordingFile, nowMs: number) {
    this.#file = file;
    this.#startMs = nowMs;
    this.#writeHeader();
  }

  hear(channel: Channel, { samples, ssrc, timestamp, clockRate, nowMs }: SpokenSound): void {
    // It came when its last sample had been spoken.
    const arrival = this.#sampleAt(nowMs) - samples.length;
    this.#timeline.put(channel, this.#clocks[channel].place(ssrc, timestamp, clockRate, arrival), samples);
  }

  /** Writes what nothing can be added to any more. */
  flush(nowMs: number): void {
    this.#writeUpTo(this.#sampleAt(nowMs - LATENESS_MS));
  }

  finish(nowMs: number): Promise<void> {
    this.#writeUpTo(this.#sampleAt(nowMs));
    return this.#file.close();
  }

  #writeUpTo(end: number): void {
    for (;;) {
      const begin = this.#timeline.begin;
      const taken = this.#timeline.take(Math.min(end, MAX_SAMPLES));
      if (taken.length === 0) return;
      this.#file.write(bytesOfSamples(taken), HEADER_BYTES + begin * FRAME_BYTES);
      this.#writeHeader();
    }
  }

  #writeHeader(): void {
    this.#file.write(wavHeader(FORMAT, this.#timeline.begin * FRAME_BYTES), 0);
  }

  #sampleAt(nowMs: number): number {
    return Math.floor(((nowMs - this.#startMs) * SAMPLE_RATE) / 1000);
  }
}
