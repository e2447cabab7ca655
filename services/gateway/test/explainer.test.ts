import type { Call, CallEvent } from '@ringback/contracts';
import { createLogger } from '@ringback/runtime';
import type { Store } from '@ringback/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Explainer } from '../src/calls/explainer.ts';
import { aCall } from './gateway-under-test.ts';

const END = { by: 'caller', sipStatus: 487, q850Cause: 16, sentence: 'Gone', code: 'canceled' } as const;
const CALL: Call = { ...aCall(), status: 'canceled', endedAt: new Date(0).toISOString(), end: END };
const ENDED: CallEvent = { type: 'call.ended', time: new Date(0).toISOString(), call: CALL };

/** A store with one call, which fails as often as it is told. */
function storeOf(failures: number) {
  let left = failures;
  const kept: unknown[] = [];
  const calls = {
    detail: async () => {
      left -= 1;
      if (left >= 0) throw new Error('away');
      return { ...CALL, legs: [], events: [] };
    },
    explain: async (_id: string, explanation: Call['explanation']) => {
      kept.push(explanation);
      return { ...CALL, explanation };
    },
    unexplained: async () => [CALL.id],
  };
  const messages = { ofCall: async () => [] };
  return { store: { calls, messages } as unknown as Pick<Store, 'calls' | 'messages'>, kept };
}

describe('the explainer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function explainerOn({ store }: ReturnType<typeof storeOf>) {
    const told: Call[] = [];
    const explainer = new Explainer({
      store,
      logger: createLogger('test', 'silent'),
      flushCaptured: async () => undefined,
      told: (call) => told.push(call),
    });
    return { explainer, told };
  }

  it('keeps and tells why a call ended, a moment after its end', async () => {
    const database = storeOf(0);
    const { explainer, told } = explainerOn(database);
    explainer.hear(ENDED);
    explainer.hear({ ...ENDED, type: 'call.answered' });
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    await explainer.close();
    expect(database.kept).toMatchObject([{ rule: 'canceled' }]);
    expect(told).toMatchObject([{ id: CALL.id, explanation: { rule: 'canceled' } }]);
  });

  it('goes on with the next call when one cannot be explained', async () => {
    const { explainer, told } = explainerOn(storeOf(1));
    explainer.hear(ENDED);
    explainer.hear(ENDED);
    await vi.advanceTimersByTimeAsync(2000);
    await explainer.close();
    expect(told).toHaveLength(1);
  });

  it('catches up on what ended while it was not there', async () => {
    const database = storeOf(0);
    const { explainer, told } = explainerOn(database);
    await explainer.catchUp();
    await vi.advanceTimersByTimeAsync(0);
    await explainer.close();
    expect(told).toMatchObject([{ id: CALL.id, explanation: { rule: 'canceled' } }]);
  });

  it('begins nothing once it is closed, and leaves no timer', async () => {
    const { explainer, told } = explainerOn(storeOf(0));
    explainer.hear(ENDED);
    await explainer.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(told).toEqual([]);
  });
});
