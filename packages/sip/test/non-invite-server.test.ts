import { describe, expect, it } from 'vitest';
import {
  nonInviteServer,
  nonInviteServerTable,
  nonInviteTryingDelayMs,
  responseTo,
  type ServerInput,
  type TimerName,
} from '../src/index.ts';
import { request } from './messages.ts';
import { ManualTransaction } from './transaction-clock.ts';

const options = request('OPTIONS');
const again: ServerInput = { kind: 'request', request: options };
const broken: ServerInput = { kind: 'transport-error' };
const respond = (status: number): ServerInput => ({ kind: 'respond', response: responseTo(options, status) });
const begin = (reliable = false) =>
  new ManualTransaction(nonInviteServer, nonInviteServer.start(options, 1_000_000, { reliable }), {
    reliable,
  });

describe('non-INVITE server transaction', () => {
  it('delivers once and says nothing to repetitions until there is an answer', () => {
    const transaction = begin();
    transaction.give(again);
    transaction.give(broken);
    expect(transaction.log).toEqual(['0 deliver OPTIONS']);
  });

  it('repeats its final answer for 32 s and refuses another', () => {
    const transaction = begin();
    transaction.give(respond(200));
    transaction.take();
    transaction.advanceTo(31_000);
    transaction.give(again);
    transaction.give(respond(500));
    transaction.give(respond(100));
    transaction.advanceTo(32_000);
    expect(transaction.log).toEqual([
      '31000 resend 200',
      '31000 refused 500',
      '31000 refused 100',
      '32000 end: normal',
    ]);
  });

  it('ends with its answer over a reliable transport', () => {
    const transaction = begin(true);
    transaction.give(respond(200));
    transaction.advanceTo(0);
    expect(transaction.log).toEqual(['0 deliver OPTIONS', '0 send 200', '0 end: normal']);
  });

  it('sends no 100 over UDP before the sender has slowed down to T2 (RFC 4320 4.1), but one then', () => {
    expect(nonInviteTryingDelayMs()).toBe(3500);
    const transaction = begin();
    transaction.advanceTo(3499);
    transaction.give(respond(100));
    transaction.advanceTo(3500);
    transaction.give(again);
    transaction.give(respond(100));
    transaction.give(respond(202));
    expect(transaction.log).toEqual([
      '0 deliver OPTIONS',
      '3499 refused 100',
      '3500 send 100',
      '3500 resend 100',
      '3500 send 100',
      '3500 send 202',
    ]);
  });

  it('sends no 100 of its own after an answer', () => {
    const transaction = begin();
    transaction.give(respond(200));
    transaction.advanceTo(31_000);
    expect(transaction.log).toEqual(['0 deliver OPTIONS', '0 send 200']);
  });

  it('sends a 100 at any time over a reliable transport, but never another provisional response or a 408', () => {
    const transaction = begin(true);
    for (const status of [180, 408, 100, 183, 408]) transaction.give(respond(status));
    expect(transaction.log.slice(1)).toEqual([
      '0 refused 180',
      '0 refused 408',
      '0 send 100',
      '0 refused 183',
      '0 refused 408',
    ]);
  });

  it.each([
    ['proceeding', 100],
    ['completed', 200],
  ])('ends when its answer cannot be sent: %s', (name, status) => {
    const transaction = begin(true);
    transaction.give(respond(status));
    expect(transaction.state.name).toBe(name);
    transaction.give(broken);
    expect(transaction.log.at(-1)).toBe('0 end: transport-error');
  });

  it('has an edge for every event in every state, and only refuses once ended', () => {
    const timers: TimerName[] = ['J', 'trying'];
    const inputs: ServerInput[] = [
      again,
      respond(100),
      respond(180),
      respond(200),
      respond(408),
      broken,
      ...timers.map((timer) => ({ kind: 'timer', timer }) as const),
    ];
    const reach = {
      trying: [],
      proceeding: [respond(100)],
      completed: [respond(200)],
      terminated: [respond(200), broken],
    };
    for (const [name, path] of Object.entries(reach)) {
      for (const input of inputs) {
        const transaction = begin(true);
        for (const earlier of path) transaction.give(earlier);
        expect(transaction.state.name).toBe(name);
        const { state, effects } = nonInviteServer.step(transaction.state, input, transaction.nowMs, {
          reliable: true,
        });
        expect(Object.keys(nonInviteServerTable)).toContain(state.name);
        expect(effects.some(({ kind }) => kind === 'terminated')).toBe(
          state.name === 'terminated' && name !== 'terminated',
        );
        if (name === 'terminated') expect(effects.every(({ kind }) => kind === 'refused')).toBe(true);
      }
    }
    expect(() => begin().give({ kind: 'timer', timer: 'A' })).toThrow('no timer A');
  });
});
