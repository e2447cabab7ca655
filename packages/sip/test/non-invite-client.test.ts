import { describe, expect, it } from 'vitest';
import {
  type ClientInput,
  nonInviteClient,
  nonInviteClientTable,
  responseTo,
  type TimerName,
} from '../src/index.ts';
import { request } from './messages.ts';
import { ManualTransaction } from './transaction-clock.ts';

const options = request('OPTIONS');
const response = (status: number): ClientInput => ({
  kind: 'response',
  response: responseTo(options, status),
});
const begin = (reliable = false) =>
  new ManualTransaction(nonInviteClient, nonInviteClient.start(options, 1_000_000, { reliable }), {
    reliable,
  });

describe('non-INVITE client transaction', () => {
  it('sends again at growing intervals up to 4 s and gives up after 32 s', () => {
    const transaction = begin();
    transaction.advanceTo(60_000);
    const again = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    expect(transaction.log).toEqual([
      '0 send OPTIONS',
      ...again.map((at) => `${at} resend OPTIONS`),
      '32000 end: timeout',
    ]);
  });

  it('sends once over a reliable transport', () => {
    const transaction = begin(true);
    transaction.advanceTo(60_000);
    expect(transaction.log).toEqual(['0 send OPTIONS', '32000 end: timeout']);
  });

  it('goes on every 4 s after a provisional answer, and still gives up', () => {
    const transaction = begin();
    transaction.advanceTo(100);
    transaction.give(response(100));
    transaction.give(response(100));
    transaction.advanceTo(60_000);
    const again = [500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500];
    expect(transaction.log).toEqual([
      '0 send OPTIONS',
      '100 deliver 100',
      '100 deliver 100',
      ...again.map((at) => `${at} resend OPTIONS`),
      '32000 end: timeout',
    ]);
  });

  it.each([[[]], [[100]]])(
    'delivers one final answer and soaks up its repetitions for 5 s (after %j)',
    (before: number[]) => {
      const transaction = begin();
      for (const status of before) transaction.give(response(status));
      transaction.take();
      transaction.advanceTo(200);
      transaction.give(response(404));
      transaction.give(response(404));
      transaction.give(response(100));
      transaction.give({ kind: 'transport-error' });
      transaction.advanceTo(5199);
      expect(transaction.state.name).toBe('completed');
      transaction.advanceTo(5200);
      expect(transaction.log).toEqual(['200 deliver 404', '5200 end: normal']);
    },
  );

  it('is done at once with a final answer over a reliable transport', () => {
    const transaction = begin(true);
    transaction.give(response(200));
    transaction.advanceTo(0);
    expect(transaction.log).toEqual(['0 send OPTIONS', '0 deliver 200', '0 end: normal']);
  });

  it.each([[[]], [[100]]])('ends when nothing can be sent (after %j)', (before: number[]) => {
    const transaction = begin();
    for (const status of before) transaction.give(response(status));
    transaction.give({ kind: 'transport-error' });
    expect(transaction.log.at(-1)).toBe('0 end: transport-error');
  });

  it('has an edge for every event in every state, and is silent once ended', () => {
    const timers: TimerName[] = ['E', 'F', 'K'];
    const inputs: ClientInput[] = [
      response(100),
      response(200),
      { kind: 'transport-error' },
      ...timers.map((timer) => ({ kind: 'timer', timer }) as const),
    ];
    const reach = {
      trying: [],
      proceeding: [response(100)],
      completed: [response(200)],
      terminated: [{ kind: 'transport-error' } as const],
    };
    for (const [name, path] of Object.entries(reach)) {
      for (const input of inputs) {
        const transaction = begin();
        for (const earlier of path) transaction.give(earlier);
        expect(transaction.state.name).toBe(name);
        const { state, effects } = nonInviteClient.step(transaction.state, input, 0, { reliable: false });
        expect(Object.keys(nonInviteClientTable)).toContain(state.name);
        expect(effects.some(({ kind }) => kind === 'terminated')).toBe(
          state.name === 'terminated' && name !== 'terminated',
        );
        if (name === 'terminated') expect(effects).toEqual([]);
      }
    }
    expect(() => begin().give({ kind: 'timer', timer: 'A' })).toThrow('no timer A');
  });
});
