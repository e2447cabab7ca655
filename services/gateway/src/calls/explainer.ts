import type { Call, NetworkEvent } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import type { Store } from '@ringback/store';
import { type ExplanationDeps, explanationOf } from './explanation.ts';

export interface ExplainerDeps extends ExplanationDeps {
  readonly store: Pick<Store, 'calls' | 'messages'>;
  readonly logger: Logger;
  /** The call with its explanation, for whoever shows lists. */
  told(call: Call): void;
}

/** By then the answer to the last BYE has been captured. */
const SETTLED_MS = 1000;
/** In a storm of calls the last of them keep the sentence of their end, until the next start. */
const MOST_WAITING = 1000;

/**
 * Keeps the short explanation of every call soon after its end, so that a list or a table of thousands need not read the
 * messages of each. Calls are taken one after the other: this is never as urgent as a call.
 */
export class Explainer {
  readonly #deps: ExplainerDeps;
  readonly #timers = new Set<NodeJS.Timeout>();
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(deps: ExplainerDeps) {
    this.#deps = deps;
  }

  hear(event: NetworkEvent): void {
    if (event.type !== 'call.ended' || this.#timers.size >= MOST_WAITING) return;
    const { id } = event.call;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#queue(id);
    }, SETTLED_MS);
    this.#timers.add(timer);
  }

  /** Explains what ended while nobody was here to do it: as the network was stopped, or without warning. */
  async catchUp(): Promise<void> {
    const { store, logger } = this.#deps;
    try {
      for (const id of await store.calls.unexplained(MOST_WAITING)) this.#queue(id);
    } catch (error) {
      logger.warn({ err: error }, 'calls of before were not explained; their pages still explain them');
    }
  }

  /** What was begun is finished; the rest is not begun. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await this.#work;
  }

  #queue(id: string): void {
    this.#work = this.#work.then(() => (this.#closed ? undefined : this.#explain(id)));
  }

  async #explain(id: string): Promise<void> {
    const { store, logger, told } = this.#deps;
    try {
      const detail = await store.calls.detail(id);
      const why = detail && (await explanationOf(this.#deps, detail));
      const call = why && (await store.calls.explain(id, { rule: why.rule, sentence: why.sentence }));
      if (call) told(call);
    } catch (error) {
      logger.warn({ err: error, callId: id }, 'a call was not explained; its page still explains it');
    }
  }
}
