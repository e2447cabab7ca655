import type { CallDetail, Why } from '@ringback/contracts';
import { diagnose } from '@ringback/diagnosis';
import type { Store } from '@ringback/store';

export interface ExplanationDeps {
  readonly store: Pick<Store, 'messages'>;
  /** Stores what was captured and is on its way. */
  flushCaptured(): Promise<void>;
}

/**
 * Why a call ended as it did, made anew from its record whenever it is read: so a message that was captured late counts, and
 * a rule that has become better explains old calls as well. Null while the call goes on.
 */
export async function explanationOf(
  { store, flushCaptured }: ExplanationDeps,
  { legs, events, ...call }: CallDetail,
): Promise<Why | null> {
  if (call.end === null) return null;
  await flushCaptured();
  return diagnose({ call, legs, events, messages: await store.messages.ofCall(call.id) });
}
