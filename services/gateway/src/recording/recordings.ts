import { readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CallRecording } from '@ringback/contracts';
import type { RecordingRow, Store } from '@ringback/store';

const FOLDER = 'recordings';

/** A recording whose files are here. */
export interface FoundRecording {
  readonly row: RecordingRow;
  readonly wavBytes: number;
}

/** The recordings of calls: what the records say of them, and the files in the data directory that the media server writes to. */
export class Recordings {
  readonly folder: string;
  readonly #store: Pick<Store, 'recordings'>;

  constructor(store: Pick<Store, 'recordings'>, dataDir: string) {
    this.#store = store;
    this.folder = join(dataDir, FOLDER);
  }

  /** Null for a call that was never recorded, and for one whose files are elsewhere or gone. */
  async find(callId: string): Promise<FoundRecording | null> {
    const row = await this.#store.recordings.ofCall(callId);
    const wavBytes = row && (await bytesOf(this.path(row.wav)));
    return row && wavBytes !== null ? { row, wavBytes } : null;
  }

  async describe(callId: string, isUp: boolean): Promise<CallRecording | null> {
    const found = await this.find(callId);
    if (!found) return null;
    const { startedAt, paused, text } = found.row;
    const state = isUp ? (paused ? 'paused' : 'running') : 'ended';
    return { state, startedAt: (await this.#beganAt(text)) ?? startedAt, bytes: found.wavBytes };
  }

  /** The media server's own word on it, to the millisecond; it is written when the call is over. */
  async #beganAt(text: string): Promise<string | undefined> {
    const told = await readFile(this.path(text), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return /^begin: (\d{4}-\d\d-\d\dT[\d:.]+Z)$/m.exec(told)?.[1];
  }

  /** Names come from the records; whatever stands there, no path leads out of the folder. */
  path(name: string): string {
    return join(this.folder, basename(name));
  }

  /**
   * Deletes the files of these calls. To be called before their records are removed: a record without files is harmless, and a
   * file that no record names stays for ever.
   */
  async removeFiles(callIds: readonly string[]): Promise<void> {
    const rows = await this.#store.recordings.ofCalls(callIds);
    await Promise.all(
      rows.flatMap(({ wav, pcap, text }) =>
        [wav, pcap, text].map((name) => rm(this.path(name), { force: true })),
      ),
    );
  }
}

async function bytesOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
