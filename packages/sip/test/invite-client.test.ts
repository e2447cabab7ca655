import { describe, expect, it } from 'vitest';
import {
  type ClientInput,
  header,
  inviteClient,
  inviteClientTable,
  responseTo,
  type TimerName,
  type TransactionEffect,
} from '../src/index.ts';
import { request } from './messages.ts';
import { ManualTransaction } from './transaction-clock.ts';

const invite = request('INVITE', 'Route: <sip:p1;lr>, <sip:p2;lr>\n');
const response = (status: number): ClientInput => ({
  kind: 'response',
  response: responseTo(invite, status, '', { toTag: 'b' }),
});
const begin = (reliable = false) => {
  const options = { reliable };
  return new ManualTransaction(inviteClient, inviteClient.start(invite, 1_000_000, options), options);
};

describe('INVITE client transaction', () => {
  it('sends again after 500 ms, doubling, and gives up after 32 s', () => {
    const transaction = begin();
    transaction.advanceTo(60_000);
    expect(transaction.log).toEqual([
      '0 send INVITE',
      ...[500, 1500, 3500, 7500, 15_500, 31_500].map((at) => `${at} resend INVITE`),
      '32000 end: timeout',
    ]);
    expect(transaction.state.name).toBe('terminated');
  });

  it('sends once over a reliable transport', () => {
    const transaction = begin(true);
    transaction.advanceTo(60_000);
    expect(transaction.log).toEqual(['0 send INVITE', '32000 end: timeout']);
  });

  it('takes other timing', () => {
    const options = { reliable: false, timing: { t1: 10, t2: 80, t4: 100 } };
    const transaction = new ManualTransaction(
      inviteClient,
      inviteClient.start(invite, 1_000_000, options),
      options,
    );
    transaction.advanceTo(1000);
    expect(transaction.log.at(-1)).toBe('640 end: timeout');
  });

  it('stops sending and waits as long as it rings', () => {
    const transaction = begin();
    transaction.advanceTo(600);
    transaction.give(response(100));
    transaction.give(response(180));
    transaction.advanceTo(180_000);
    expect(transaction.take()).toEqual([
      '0 send INVITE',
      '500 resend INVITE',
      '600 deliver 100',
      '600 deliver 180',
    ]);
    expect(transaction.state.name).toBe('proceeding');
  });

  it.each([[[]], [[180]]])(
    'delivers every 2xx for 32 s after the first, then ends (after %j)',
    (before: number[]) => {
      const transaction = begin();
      for (const status of before) transaction.give(response(status));
      transaction.take();
      transaction.give(response(200));
      transaction.advanceTo(31_999);
      transaction.give(response(200));
      transaction.give(response(180));
      transaction.give(response(486));
      transaction.give({ kind: 'transport-error' });
      expect(transaction.take()).toEqual(['0 deliver 200', '31999 deliver 200']);
      transaction.advanceTo(32_000);
      expect(transaction.take()).toEqual(['32000 end: normal']);
    },
  );

  it.each([[[]], [[180]]])(
    'acknowledges a refusal itself, each time it comes, for 32 s (after %j)',
    (before: number[]) => {
      const transaction = begin();
      for (const status of before) transaction.give(response(status));
      transaction.take();
      transaction.give(response(486));
      transaction.advanceTo(5000);
      transaction.give(response(486));
      transaction.give(response(180));
      transaction.give(response(200));
      transaction.advanceTo(32_000);
      expect(transaction.log).toEqual([
        '0 deliver 486',
        '0 send ACK',
        '5000 resend ACK',
        '32000 end: normal',
      ]);
    },
  );

  it('is done with a refusal at once over a reliable transport', () => {
    const transaction = begin(true);
    transaction.give(response(603));
    transaction.advanceTo(0);
    expect(transaction.log).toEqual(['0 send INVITE', '0 deliver 603', '0 send ACK', '0 end: normal']);
  });

  it('ends when the INVITE or the ACK cannot be sent, but not while it only listens', () => {
    const calling = begin();
    calling.give({ kind: 'transport-error' });
    expect(calling.log.at(-1)).toBe('0 end: transport-error');
    const completed = begin();
    completed.give(response(486));
    completed.give({ kind: 'transport-error' });
    expect(completed.log.at(-1)).toBe('0 end: transport-error');
    const proceeding = begin();
    proceeding.give(response(180));
    proceeding.give({ kind: 'transport-error' });
    expect(proceeding.state.name).toBe('proceeding');
  });

  it('builds the ACK of RFC 3261 17.1.1.3: branch, Route and number of the INVITE, To of the response', () => {
    const transaction = begin();
    transaction.give(response(486));
    const ack = transaction.sent!;
    expect(ack).toMatchObject({ method: 'ACK', uri: invite.uri, body: { length: 0 } });
    for (const name of ['Via', 'From', 'Call-ID']) expect(header(ack, name)).toBe(header(invite, name));
    expect(header(ack, 'To')).toBe('Bob <sip:bob@biloxi.example>;tag=b');
    expect(header(ack, 'CSeq')).toBe('314159 ACK');
    expect(ack.headers.filter(({ name }) => name === 'Route').map(({ value }) => value)).toEqual([
      '<sip:p1;lr>',
      '<sip:p2;lr>',
    ]);
  });

  it('has an edge for every event in every state, and is silent once ended', () => {
    const timers: TimerName[] = ['A', 'B', 'D', 'M'];
    const inputs: ClientInput[] = [
      response(180),
      response(200),
      response(486),
      { kind: 'transport-error' },
      ...timers.map((timer) => ({ kind: 'timer', timer }) as const),
    ];
    const reach = {
      calling: [],
      proceeding: [response(180)],
      accepted: [response(200)],
      completed: [response(486)],
      terminated: [{ kind: 'transport-error' } as const],
    };
    for (const [name, path] of Object.entries(reach)) {
      for (const input of inputs) {
        const transaction = begin();
        for (const earlier of path) transaction.give(earlier);
        expect(transaction.state.name).toBe(name);
        const { state, effects } = inviteClient.step(transaction.state, input, 0, { reliable: false });
        expect(Object.keys(inviteClientTable)).toContain(state.name);
        const ends = effects.some(({ kind }: TransactionEffect) => kind === 'terminated');
        expect(ends).toBe(state.name === 'terminated' && name !== 'terminated');
        if (name === 'terminated') expect(effects).toEqual([]);
      }
    }
  });

  it('throws on a timer that it never set, which is a fault of the program', () => {
    expect(() => begin().give({ kind: 'timer', timer: 'K' })).toThrow('no timer K');
  });
});
