import type { Worker } from 'node:worker_threads';
import { firstMessage, startThread } from '@ringback/runtime';
import { SpeechError } from '../speech-error.ts';
import type { FliteOrder, FliteReady, FliteReply } from './flite-protocol.ts';

interface Pending {
  resolve(sound: Uint8Array): void;
  reject(error: Error): void;
}

/**
 * flite on a worker thread of its own. Orders are served in their turn; whoever has a long text asks for one piece
 * at a time, so that a short text never waits for all of it. A thread that dies is replaced at the next order.
 */
export class Flite {
  #thread: Promise<Worker> | undefined;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  /** Starts the thread and compiles flite, so that the first order does not wait for it. */
  async start(): Promise<void> {
    await this.#worker();
  }

  /**
   * 16-bit PCM of a short text.
   * @throws SpeechError `unavailable`
   */
  async speak(order: Omit<FliteOrder, 'id'>): Promise<Uint8Array> {
    const worker = await this.#worker();
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ ...order, id } satisfies FliteOrder);
    });
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    // A thread that did not start was told to whoever asked for it, and there is nothing to end.
    const worker = await thread?.catch(() => undefined);
    await worker?.terminate();
  }

  #worker(): Promise<Worker> {
    this.#thread ??= this.#started().catch((error: unknown) => {
      this.#thread = undefined;
      throw error;
    });
    return this.#thread;
  }

  async #started(): Promise<Worker> {
    const worker = startThread(new URL('./flite-worker.ts', import.meta.url), {});
    worker.once('error', (error) => this.#lost(`it failed: ${error.message}`));
    worker.once('exit', () => this.#lost('it was stopped'));
    const first = await firstMessage<FliteReady>(worker).catch((error: unknown) => {
      throw new SpeechError('unavailable', 'The built-in voice cannot start.', { cause: error });
    });
    if (!first.ready) throw new SpeechError('unavailable', `The built-in voice cannot start: ${first.error}`);
    worker.on('message', (reply: FliteReply) => this.#settle(worker, reply));
    // An idle voice does not keep the process alive.
    worker.unref();
    return worker;
  }

  #settle(worker: Worker, reply: FliteReply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (this.#pending.size === 0) worker.unref();
    if ('sound' in reply) pending?.resolve(reply.sound);
    else pending?.reject(new SpeechError('unavailable', `The built-in voice failed: ${reply.error}`));
  }

  #lost(reason: string): void {
    this.#thread = undefined;
    for (const { reject } of this.#pending.values())
      reject(new SpeechError('unavailable', `The built-in voice is gone: ${reason}.`));
    this.#pending.clear();
  }
}
