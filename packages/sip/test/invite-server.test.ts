import { describe, expect, it } from 'vitest';
import {
  inviteServer,
  inviteServerTable,
  responseTo,
  type ServerInput,
  type TimerName,
} from '../src/index.ts';
import { request } from './messages.ts';
import { ManualTransaction } from './transaction-clock.ts';

const invite = request('INVITE');
const again: ServerInput = { kind: 'request', request: invite };
const ack: ServerInput = { kind: 'request', request: request('ACK') };
const broken: ServerInput = { kind: 'transport-error' };
const respond = (status: number): ServerInput => ({
  kind: 'respond',
  response: responseTo(invite, status, '', { toTag: 'b' }),
});
const begin = (reliable = false) =>
  new ManualTransaction(inviteServer, inviteServer.start(invite, 1_000_000, { reliable }), { reliable });

describe('INVITE server transaction', () => {
  it('delivers the INVITE once and answers its repetition with the last provisional response', () => {
    const transaction = begin();
    transaction.give(again);
    transaction.give(respond(100));
    transaction.give(again);
    transaction.give(respond(180));
    transaction.give(again);
    expect(transaction.log).toEqual([
      '0 deliver INVITE',
      '0 send 100',
      '0 resend 100',
      '0 send 180',
      '0 resend 180',
    ]);
    expect(transaction.timers).toEqual({});
  });

  it.each([401, 407])('repeats a %i only when the INVITE comes again', (status) => {
    const transaction = begin();
    transaction.give(respond(status));
    transaction.advanceTo(10_000);
    transaction.give(again);
    transaction.advanceTo(20_000);
    transaction.give(ack);
    expect(transaction.log).toEqual(['0 deliver INVITE', `0 send ${status}`, `10000 resend ${status}`]);
  });

  it("stays for 32 s after a 2xx: soaks up INVITEs, hands ACKs up, sends the user's repetitions", () => {
    const transaction = begin();
    transaction.give(respond(200));
    transaction.take();
    transaction.advanceTo(500);
    transaction.give(again);
    transaction.give(respond(200));
    transaction.give(ack);
    transaction.give(ack);
    transaction.give(respond(180));
    transaction.give(respond(487));
    transaction.give(broken);
    transaction.advanceTo(32_000);
    expect(transaction.log).toEqual([
      '500 send 200',
      '500 deliver ACK',
      '500 deliver ACK',
      '500 refused 180',
      '500 refused 487',
      '500 transport-error',
      '32000 end: normal',
    ]);
  });

  it('repeats a refusal up to every 4 s and gives up without an ACK after 32 s', () => {
    const transaction = begin();
    transaction.give(respond(486));
    transaction.advanceTo(60_000);
    const times = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    expect(transaction.log).toEqual([
      '0 deliver INVITE',
      '0 send 486',
      ...times.map((at) => `${at} resend 486`),
      '32000 end: timeout',
    ]);
  });

  it('does not repeat over a reliable transport but waits for the ACK', () => {
    const transaction = begin(true);
    transaction.give(respond(486));
    transaction.advanceTo(60_000);
    expect(transaction.log).toEqual(['0 deliver INVITE', '0 send 486', '32000 end: timeout']);
  });

  it('answers a repeated INVITE after a refusal, refuses further answers, and reports what cannot be sent', () => {
    const transaction = begin();
    transaction.give(respond(486));
    transaction.take();
    transaction.give(again);
    for (const status of [180, 200, 500]) transaction.give(respond(status));
    transaction.give(broken);
    expect(transaction.log).toEqual([
      '0 resend 486',
      '0 refused 180',
      '0 refused 200',
      '0 refused 500',
      '0 transport-error',
    ]);
    expect(transaction.state.name).toBe('completed');
  });

  it('is quiet from the ACK on and ends 5 s later', () => {
    const transaction = begin();
    transaction.give(respond(486));
    transaction.advanceTo(600);
    transaction.give(ack);
    transaction.take();
    transaction.give(ack);
    transaction.give(again);
    transaction.give(broken);
    transaction.give(respond(200));
    transaction.advanceTo(5600);
    expect(transaction.log).toEqual(['600 refused 200', '5600 end: normal']);
  });

  it('ends at the ACK over a reliable transport', () => {
    const transaction = begin(true);
    transaction.give(respond(404));
    transaction.give(ack);
    transaction.advanceTo(0);
    expect(transaction.log.at(-1)).toBe('0 end: normal');
  });

  it('has an edge for every event in every state, and only refuses once ended', () => {
    const timers: TimerName[] = ['G', 'H', 'I', 'L'];
    const inputs: ServerInput[] = [
      again,
      ack,
      respond(180),
      respond(200),
      respond(486),
      broken,
      ...timers.map((timer) => ({ kind: 'timer', timer }) as const),
    ];
    const reach = {
      proceeding: [],
      accepted: [respond(200)],
      completed: [respond(486)],
      confirmed: [respond(486), ack],
      terminated: [respond(486), { kind: 'timer', timer: 'H' } as const],
    };
    for (const [name, path] of Object.entries(reach)) {
      for (const input of inputs) {
        const transaction = begin();
        for (const earlier of path) transaction.give(earlier);
        expect(transaction.state.name).toBe(name);
        const { state, effects } = inviteServer.step(transaction.state, input, 0, { reliable: false });
        expect(Object.keys(inviteServerTable)).toContain(state.name);
        expect(effects.some(({ kind }) => kind === 'terminated')).toBe(
          state.name === 'terminated' && name !== 'terminated',
        );
        if (name === 'terminated') expect(effects.every(({ kind }) => kind === 'refused')).toBe(true);
      }
    }
    expect(() => begin().give({ kind: 'timer', timer: 'J' })).toThrow('no timer J');
  });
});
