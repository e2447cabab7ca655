import type { MediaQualityEvent, NetworkEvent, QualityPoint } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import type { QualityStore } from '@ringback/store';
import { RecordWriter } from '../capture/record-writer.ts';
import { type Gathering, gather, NOTHING_GATHERED } from './quality-fold.ts';

/** Nobody waits for it: one write for all calls is cheap, one for each second of each is not. */
const GATHER_MS = 2000;
/** Calls that are followed at a time; the one that was longest without a second is let go first. */
const MAX_CALLS = 10_000;

/** Keeps how each call sounded. `media.quality` is told on the bus and by nobody again. */
export class QualityRecorder {
  /** Oldest use first. */
  readonly #calls = new Map<string, Gathering>();
  readonly #writer: RecordWriter<QualityPoint & { callId: string }>;

  constructor(quality: Pick<QualityStore, 'add'>, logger: Logger) {
    this.#writer = new RecordWriter(quality, 'seconds of quality', logger, GATHER_MS);
  }

  hear(event: MediaQualityEvent): void {
    const { callId } = event;
    const { state, complete } = gather(this.#calls.get(callId) ?? NOTHING_GATHERED, event);
    this.#calls.delete(callId);
    this.#calls.set(callId, state);
    if (complete) this.#writer.add({ callId, ...complete });
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > MAX_CALLS && oldest !== undefined) this.#letGo(oldest);
  }

  /** The end of a call is the end of its history. */
  hearEnd(event: NetworkEvent): void {
    if (event.type === 'call.ended') this.#letGo(event.call.id);
  }

  /** Stores what is complete, and gives what of that call is not. */
  async settle(callId: string): Promise<QualityPoint[]> {
    await this.#writer.flush();
    const open = this.#calls.get(callId)?.open;
    return open ? [open] : [];
  }

  async close(): Promise<void> {
    for (const callId of [...this.#calls.keys()]) this.#letGo(callId);
    await this.#writer.close();
  }

  #letGo(callId: string): void {
    const open = this.#calls.get(callId)?.open;
    this.#calls.delete(callId);
    if (open) this.#writer.add({ callId, ...open });
  }
}
