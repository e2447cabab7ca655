import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Call } from '../call/call.ts';
import { Refusal } from '../control/refusal.ts';
import type { MediaClock } from '../media/clock.ts';
import { CallRecording } from './call-recording.ts';

/** Two descriptors each, and bytes that wait for the disk. */
const MAX_RECORDINGS = 500;
/** A file's name may have 255 bytes, endings and the random part included. */
const MAX_NAME = 180;

/** Where recordings are kept, and what that is counted from if it is no full path. */
type RecordingPlace = { recordingDir: string | undefined; workingDir: string };

/** What may be asked for: a name for the files, and text to keep beside them. */
type Asked = { file?: string | undefined; metadata?: string | undefined };

/** The calls that are being recorded. */
export class Recordings {
  readonly #directory: string | undefined;
  readonly #address: string;
  readonly #clock: MediaClock;
  readonly #running = new Map<Call, CallRecording>();
  readonly #finishing = new Set<Promise<void>>();

  /** Without a directory nothing is recorded. */
  constructor({ recordingDir, workingDir }: RecordingPlace, address: string, clock: MediaClock) {
    this.#directory = recordingDir && resolve(workingDir, recordingDir);
    this.#address = address;
    this.#clock = clock;
  }

  /** Begins, or goes on after a pause; gives the names of the files, which hold `file` or the call-id. Throws Refusal. */
  start(call: Call, { file, metadata }: Asked = {}): string[] {
    const running = this.#running.get(call) ?? this.#begin(call, file ?? call.id);
    running.paused = false;
    running.metadata = metadata ?? running.metadata;
    running.follow(call.parties);
    return this.filesOf(call);
  }

  #begin(call: Call, name: string): CallRecording {
    if (this.#directory === undefined)
      throw new Refusal('Recording is off: start the media server with --recording-dir=DIRECTORY');
    if (this.#running.size >= MAX_RECORDINGS) throw new Refusal('Too many calls are being recorded');
    const path = join(this.#directory, `${safeName(name)}-${randomBytes(8).toString('hex')}`);
    const recording = new CallRecording(path, this.#address, this.#clock, call.logger);
    this.#running.set(call, recording);
    call.whenClosed(() => this.stop(call, false));
    call.logger.info(recording.files, 'recording started');
    return recording;
  }

  /** The files of a call that is being recorded. */
  filesOf(call: Call): string[] {
    const files = this.#running.get(call)?.files;
    return files ? [files.pcap, files.wav, files.text] : [];
  }

  /** After an offer or answer: parties that are new are recorded too. */
  follow(call: Call): void {
    this.#running.get(call)?.follow(call.parties);
  }

  pause(call: Call): void {
    const running = this.#running.get(call);
    if (running) running.paused = true;
  }

  /** Ends it; `discards`: the files are not wanted. */
  stop(call: Call, discards: boolean): void {
    const running = this.#running.get(call);
    if (!running) return;
    this.#running.delete(call);
    const finishing = running.finish(discards).finally(() => this.#finishing.delete(finishing));
    this.#finishing.add(finishing);
  }

  /** To be called many times a second. */
  tick(): void {
    for (const recording of this.#running.values()) recording.tick();
  }

  /** Resolves when every file is complete. */
  async close(): Promise<void> {
    for (const call of [...this.#running.keys()]) this.stop(call, false);
    await Promise.all(this.#finishing);
  }
}

/** A name of one file from any text: no separator, no control character, never too long. */
function safeName(text: string): string {
  // By way of bytes: half a surrogate pair has no encoding.
  const encoded = encodeURIComponent(Buffer.from(text).toString()).replaceAll('*', '%2A');
  // Not in the middle of an escape.
  return encoded.slice(0, MAX_NAME).replace(/%.?$/, '');
}
