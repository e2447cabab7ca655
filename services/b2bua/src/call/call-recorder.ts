import { basename } from 'node:path';
import type { RecordingFiles } from '@ringback/contracts';
import { MediaError } from '../media/media-server.ts';

export interface RecorderDeps {
  /** Has the media server begin, or go on; gives the files' names where it tells them. @throws MediaError */
  begin(): Promise<readonly string[]>;
  /** @throws MediaError */
  pause(): Promise<void>;
  tell(files: RecordingFiles, startedAt: string, paused: boolean): void;
  nowMs(): number;
}

/**
 * The recording of a call that is up: one set of files, however often it is paused, since the media server goes on counting the
 * time of a pause as silence. It ends with the call.
 */
export class CallRecorder {
  readonly #deps: RecorderDeps;
  #files: RecordingFiles | undefined;
  #startedAt = '';
  #on = false;
  /** One change after the other. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  /** @throws MediaError when the media server refuses, does not answer, or records somewhere that it does not tell. */
  set(on: boolean): Promise<void> {
    const change = this.#work.then(() => this.#change(on));
    this.#work = change.catch(() => undefined);
    return change;
  }

  async #change(on: boolean): Promise<void> {
    if (on === this.#on) return;
    const atMs = this.#deps.nowMs();
    if (on) await this.#begin(atMs);
    else await this.#deps.pause();
    this.#on = on;
    if (this.#files) this.#deps.tell(this.#files, this.#startedAt, !on);
  }

  async #begin(atMs: number): Promise<void> {
    const files = filesOf(await this.#deps.begin());
    if (!files) throw new MediaError('refused', 'the media server does not say where it records');
    this.#files ??= files;
    this.#startedAt ||= new Date(atMs).toISOString();
  }
}

function filesOf(paths: readonly string[]): RecordingFiles | undefined {
  const named = (ending: string) => paths.map((path) => basename(path)).find((name) => name.endsWith(ending));
  const [wav, pcap, text] = [named('.wav'), named('.pcap'), named('.txt')];
  return wav && pcap && text ? { wav, pcap, text } : undefined;
}
