import { describe, expect, it } from 'vitest';
import {
  header,
  parseRAck,
  type ReliableServerEffect,
  type ReliableServerInput,
  type ReliableTimer,
  reliableServer,
  reliableServerTable,
  responseTo,
  type SipResponse,
} from '../src/index.ts';
import { request, wire } from './messages.ts';

const invite = request('INVITE', 'Supported: 100rel\n');
const provisional = (status: number, sdp = ''): SipResponse =>
  responseTo(invite, status, '', {
    toTag: 'b',
    headers: sdp === '' ? [] : [{ name: 'Content-Type', value: 'application/sdp' }],
    body: wire(sdp),
  });
const prack = (rack: string): ReliableServerInput => ({ kind: 'prack', rack: parseRAck(rack) });

/** Runs the machine on a clock that moves when told, and writes down what a person would see. */
class Called {
  state = reliableServer.start(314159, 100);
  nowMs = 0;
  log: string[] = [];
  readonly timers = new Map<ReliableTimer, number>();

  give(input: ReliableServerInput): readonly ReliableServerEffect[] {
    const { state, effects } = reliableServer.step(this.state, input, this.nowMs);
    this.state = state;
    for (const effect of effects) this.#note(effect);
    return effects;
  }

  send(status: number, sdp = ''): void {
    this.give({ kind: 'provisional', response: provisional(status, sdp) });
  }

  advanceTo(untilMs: number): void {
    for (;;) {
      const [due] = [...this.timers].sort((a, b) => a[1] - b[1]);
      if (due === undefined || due[1] > untilMs) break;
      this.timers.delete(due[0]);
      this.nowMs = due[1];
      this.give({ kind: 'timer', timer: due[0] });
    }
    this.nowMs = untilMs;
  }

  #note(effect: ReliableServerEffect): void {
    if (effect.kind === 'wake') this.timers.set(effect.timer, effect.atMs);
    else if (effect.kind === 'rest') this.timers.clear();
    else if (effect.kind === 'send' || effect.kind === 'queued') {
      const { status } = effect.response;
      const what = effect.kind === 'send' && effect.retransmission ? 'again' : effect.kind;
      this.log.push(`${this.nowMs} ${what} ${status} RSeq ${header(effect.response, 'RSeq')}`);
    } else this.log.push(`${this.nowMs} ${effect.kind}`);
  }
}

describe('reliable provisional responses at the called side (RFC 3262 3)', () => {
  it('carry RSeq and Require, and are repeated with doubling waits until the PRACK', () => {
    const called = new Called();
    const [sent] = called.give({ kind: 'provisional', response: provisional(180) });
    called.advanceTo(4000);
    called.give(prack('100 314159 INVITE'));
    called.advanceTo(60_000);
    expect(sent?.kind === 'send' && header(sent.response, 'Require')).toBe('100rel');
    expect(called.log).toEqual([
      '0 send 180 RSeq 100',
      '500 again 180 RSeq 100',
      '1500 again 180 RSeq 100',
      '3500 again 180 RSeq 100',
      '4000 acknowledged',
    ]);
  });

  it('end in a refused INVITE when nobody acknowledges for 64*T1', () => {
    const called = new Called();
    called.send(183);
    called.advanceTo(60_000);
    expect(called.log.slice(-2)).toEqual(['31500 again 183 RSeq 100', '32000 refuse-invite']);
    called.give(prack('100 314159 INVITE'));
    expect(called.log.at(-1)).toBe('60000 stray');
  });

  it('go out one at a time, in order', () => {
    const called = new Called();
    called.send(180);
    called.send(183);
    called.give(prack('101 314159 INVITE'));
    called.give(prack('100 314159 INVITE'));
    called.give(prack('100 314159 INVITE'));
    called.give(prack('101 314159 INVITE'));
    expect(called.log).toEqual([
      '0 send 180 RSeq 100',
      '0 queued 183 RSeq 101',
      '0 stray',
      '0 acknowledged',
      '0 send 183 RSeq 101',
      '0 stray',
      '0 acknowledged',
    ]);
    expect(called.timers.size).toBe(0);
  });

  it.each(['100 314158 INVITE', '100 314159 UPDATE', '99 314159 INVITE', 'nonsense'])(
    'are not acknowledged by RAck %s',
    (rack) => {
      const called = new Called();
      called.send(180);
      called.give(prack(rack));
      expect(called.log.at(-1)).toBe('0 stray');
    },
  );

  it('hold back a 2xx while a session description waits, but no refusal', () => {
    const called = new Called();
    called.send(183, 'v=0\r\n');
    called.give({ kind: 'final', status: 200 });
    expect(called.log.at(-1)).toBe('0 hold');
    called.give(prack('100 314159 INVITE'));
    called.give({ kind: 'final', status: 200 });
    expect(called.state.name).toBe('closed');

    const refused = new Called();
    refused.send(183, 'v=0\r\n');
    refused.give({ kind: 'final', status: 486 });
    expect(refused.state.name).toBe('closed');
  });

  it('are no more repeated after the final response, yet their PRACK is good; what was queued is dropped', () => {
    const called = new Called();
    called.send(180);
    called.send(180);
    called.give({ kind: 'final', status: 200 });
    called.advanceTo(10_000);
    called.give(prack('100 314159 INVITE'));
    called.give(prack('101 314159 INVITE'));
    called.send(183);
    expect(called.log).toEqual([
      '0 send 180 RSeq 100',
      '0 queued 180 RSeq 101',
      '10000 acknowledged',
      '10000 stray',
      '10000 refused',
    ]);
  });

  it('do not queue without end', () => {
    const called = new Called();
    for (let count = 0; count < 40; count++) called.send(180);
    expect(called.log.at(-1)).toBe('0 refused');
    expect(called.state.waiting).toHaveLength(16);
  });

  it('have an edge for every event in every state', () => {
    const events = ['provisional', 'final', 'early-2xx', 'prack', 'prack-more', 'stray', 'R', 'X'];
    for (const edges of Object.values(reliableServerTable)) expect(Object.keys(edges)).toEqual(events);
  });
});
