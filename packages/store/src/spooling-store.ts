import type { Logger } from '@ringback/runtime';
import { Spool, type SpooledWrite } from './spool.ts';
import type { CallStore, MessageStore, Store } from './store.ts';
import { StoreError } from './store-error.ts';

type CallWrite = 'create' | 'saveLeg' | 'addEvent' | 'saveRecording';
type CallChange = 'markRinging' | 'markAnswered' | 'markSpeech' | 'markFirstAudio' | 'end';

/**
 * The store with call records that outlive an absence of the database: their writes wait on disk, in order, and are
 * applied when it is back. A write that answers with the call as it is cannot know it then: it is kept, and rejects
 * with the code `spooled`. Reads, subscribers and bindings need the database.
 */
export async function spoolingStore(store: Store, path: string, logger: Logger): Promise<Store> {
  const spool = await Spool.open(path, (write) => applyTo(store, write), logger);

  /** True when the write is on disk, false when the database has it: then `direct` holds its answer. */
  const written = async <T>(write: SpooledWrite, direct: () => Promise<T>): Promise<{ answer: T } | null> => {
    if (spool.isEmpty) {
      try {
        return { answer: await direct() };
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'unavailable') throw error;
      }
    }
    await spool.append(write);
    return null;
  };
  const plain =
    (method: CallWrite) =>
    async (...args: unknown[]): Promise<void> => {
      await written({ method, args }, () => call(store.calls, method, args));
    };
  const change =
    (method: CallChange) =>
    async (...args: unknown[]): Promise<never> => {
      const done = await written({ method, args }, () => call(store.calls, method, args));
      if (!done) throw new StoreError('spooled', 'the database is away; the record waits on disk');
      return done.answer as never;
    };
  return {
    ...store,
    calls: {
      ...store.calls,
      create: plain('create'),
      saveLeg: plain('saveLeg'),
      addEvent: plain('addEvent'),
      saveRecording: plain('saveRecording'),
      markRinging: change('markRinging'),
      markAnswered: change('markAnswered'),
      markSpeech: change('markSpeech'),
      markFirstAudio: change('markFirstAudio'),
      end: change('end'),
    } as CallStore,
    messages: {
      ...store.messages,
      add: async (records) => {
        await written({ method: 'addMessages', args: [records] }, () => store.messages.add(records));
      },
    } satisfies MessageStore,
    async close() {
      await spool.close();
      await store.close();
    },
  };
}

const CALL_METHODS: readonly string[] = [
  'create',
  'saveLeg',
  'addEvent',
  'saveRecording',
  'markRinging',
  'markAnswered',
  'markSpeech',
  'markFirstAudio',
  'end',
] satisfies (CallWrite | CallChange)[];

/** @throws when the line is none that this store has written. */
async function applyTo(store: Store, { method, args }: SpooledWrite): Promise<unknown> {
  if (method === 'addMessages') return store.messages.add(args[0] as Parameters<MessageStore['add']>[0]);
  if (CALL_METHODS.includes(method)) return call(store.calls, method as CallWrite | CallChange, args);
  throw new Error(`unknown write ${method}`);
}

function call(calls: CallStore, method: CallWrite | CallChange, args: readonly unknown[]): Promise<unknown> {
  return (calls[method] as (...given: readonly unknown[]) => Promise<unknown>)(...args);
}
