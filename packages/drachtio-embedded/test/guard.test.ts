import { networkInterfaces } from 'node:os';
import { Recent } from '@ringback/sip';
import { ManualClock } from '@ringback/testing';
import { describe, expect, it } from 'vitest';
import { Backlog } from '../src/guard/backlog.ts';
import { BanList } from '../src/guard/ban-list.ts';
import { Guard } from '../src/guard/guard.ts';
import { type GuardOptions, guardSettings } from '../src/guard/options.ts';
import type { Flow } from '../src/transport/flow.ts';

describe('the addresses remembered', () => {
  it('are bounded, and the busy ones stay', () => {
    const recent = new Recent<string, number>(100);
    recent.set('busy', 1);
    for (let index = 0; index < 10_000; index++) {
      recent.set(`stranger ${index}`, index);
      if (index % 20 === 0) expect(recent.get('busy')).toBe(1);
      expect(recent.size).toBeLessThanOrEqual(100);
    }
    expect(recent.get('stranger 0')).toBeUndefined();
  });
});

describe('the ban list', () => {
  it('is bounded and forgets a ban when it is over', () => {
    const bans = new BanList(3);
    for (const [index, address] of ['a', 'b', 'c', 'd'].entries()) bans.add(address, 1000 + index);
    expect(['a', 'b', 'c', 'd'].map((address) => bans.has(address, 999))).toEqual([false, true, true, true]);
    expect(bans.has('b', 1001)).toBe(false);
    expect(bans.size).toBe(2);
  });
});

describe('the guard', () => {
  function guard(options: GuardOptions = {}) {
    const clock = new ManualClock(1_000_000);
    return { clock, guard: new Guard(guardSettings({ guardThisMachine: true, ...options }), clock) };
  }
  const admitted = (it: Guard, address: string, count: number) =>
    Array.from({ length: count }, () => it.admits(address)).filter(Boolean).length;

  it('lets one address send so much at once and so much in the long run, and the others too', () => {
    const { guard: it, clock } = guard({ rate: { perSecond: 10, burst: 20 } });
    expect(admitted(it, '192.0.2.1', 100)).toBe(20);
    expect(admitted(it, '192.0.2.2', 5)).toBe(5);
    clock.advance(1000);
    expect(admitted(it, '192.0.2.1', 100)).toBe(10);
    clock.advance(60_000);
    expect(admitted(it, '192.0.2.1', 100)).toBe(20);
    expect(it.refused.rate).toBe(80 + 90 + 80);
  });

  it('has no limit when that is switched off, nor for exempt networks', () => {
    const off = guard({ rate: false }).guard;
    expect(admitted(off, '192.0.2.1', 100_000)).toBe(100_000);
    const exempt = guard({ rate: { perSecond: 1, burst: 1 }, exempt: ['192.0.2.0/24'] }).guard;
    expect(admitted(exempt, '192.0.2.1', 100)).toBe(100);
    expect(admitted(exempt, '198.51.100.1', 100)).toBe(1);
  });

  it('lets this machine be, whatever else is exempt, unless said otherwise', () => {
    const rate = { perSecond: 1, burst: 1 };
    const own = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).map(({ address }) => address),
    );
    const it = new Guard(guardSettings({ rate, exempt: ['192.0.2.0/24'] }), new ManualClock());
    for (const address of ['127.0.0.1', '127.4.5.6', '::1', ...own]) expect(admitted(it, address, 9)).toBe(9);
    expect(admitted(it, '198.51.100.1', 9)).toBe(1);
    expect(admitted(guard({ rate }).guard, '127.0.0.1', 9)).toBe(1);
  });

  it('bans after too many strikes, and for a time', () => {
    const { guard: it, clock } = guard({ ban: { strikes: 3, withinSec: 10, forSec: 100 } });
    const strike = () => it.strike('192.0.2.1', true);
    strike();
    strike();
    clock.advance(10_001);
    strike();
    strike();
    expect(it.admits('192.0.2.1')).toBe(true);
    strike();
    expect([it.admits('192.0.2.1'), it.admits('192.0.2.2')]).toEqual([false, true]);
    clock.advance(100_000);
    expect(it.admits('192.0.2.1')).toBe(true);
    expect(it.refused).toMatchObject({ banned: 1 });
    expect(it.banned).toBe(0);
  });

  it('is not made to ban somebody by datagrams that bear his address', () => {
    const { guard: it, clock } = guard({ ban: { strikes: 2 } });
    const strike = (proven: boolean) => it.strike('192.0.2.1', proven);
    it.trust('192.0.2.1');
    for (let index = 0; index < 100; index++) strike(false);
    expect(it.admits('192.0.2.1')).toBe(true);
    strike(true);
    strike(true);
    expect(it.admits('192.0.2.1')).toBe(false);
    clock.advance(3_600_000);
    strike(false);
    strike(false);
    expect(it.admits('192.0.2.1')).toBe(false);
  });

  it.each<[GuardOptions, string]>([
    [{ exempt: ['intranet'] }, 'guard.exempt: "intranet" is no network'],
    [{ rate: { perSecond: 0, burst: 5 } }, 'guard.rate.perSecond'],
    [{ rate: { perSecond: 5, burst: 0 } }, 'guard.rate.burst'],
    [{ ban: { forSec: -1 } }, 'guard.ban.forSec'],
    [{ connectionsPerAddress: 1.5 }, 'guard.connectionsPerAddress'],
    [{ addresses: 0 }, 'guard.addresses'],
  ])('refuses %j', (options, message) => {
    expect(() => guardSettings(options)).toThrow(message);
  });
});

describe('the backlog', () => {
  /** A loop in which handling a datagram takes `eachMs`, and `arrive` reads as many as came at once. */
  function loop(eachMs: number) {
    let nowMs = 0;
    const turns: (() => void)[] = [];
    const handled: { name: string; behind: boolean }[] = [];
    const backlog: Backlog = new Backlog(
      (_flow, message) => {
        handled.push({ name: Buffer.from(message).toString(), behind: backlog.isBehind });
        nowMs += eachMs;
      },
      { nowMs: () => nowMs, afterTurn: (call) => void turns.push(call) },
    );
    const flow = {} as Flow;
    let arrived = 0;
    const arrive = (datagrams: number) => {
      for (let index = 0; index < datagrams; index++) {
        arrived += 1;
        backlog.take(flow, Buffer.from(`${arrived}`));
      }
    };
    const turn = () => turns.shift()?.();
    const pass = (ms: number) => {
      nowMs += ms;
    };
    return { backlog, handled, arrive, turn, turns, pass, flow };
  }

  it('handles a few at once and the rest in their order', () => {
    const { handled, arrive, turn, turns } = loop(1);
    arrive(7);
    expect(handled.map(({ name }) => name)).toEqual(['1', '2', '3', '4']);
    arrive(2);
    turn();
    arrive(1);
    turn();
    turn();
    expect(handled.map(({ name }) => name)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
    expect(turns).toHaveLength(0);
  });

  it('stands when all have to wait for longer than a burst lasts, until nobody has to', () => {
    const { handled, arrive, turn, turns } = loop(2);
    for (let index = 0; index < 40; index++) {
      arrive(12);
      turn();
    }
    expect(handled.findIndex(({ behind }) => behind)).toBeGreaterThan(20);
    expect(handled.at(-1)?.behind).toBe(true);
    while (turns.length > 0) turn();
    arrive(1);
    expect(handled.at(-1)).toEqual({ name: '481', behind: false });
  });

  it('lets no new call wait to be refused, while what belongs to a call keeps its place', () => {
    const { backlog, handled, arrive, turn, flow } = loop(2);
    const waits = 'INVITE sip:c@x SIP/2.0\r\nFrom: <sip:a@x>;tag=a\r\nTo: <sip:c@x>\r\n\r\n';
    for (let index = 0; index < 40; index++) {
      arrive(12);
      backlog.take(flow, Buffer.from(waits));
      turn();
    }
    const behind = handled.filter((each) => each.behind);
    const refusedAtOnce = behind.slice(
      0,
      behind.findIndex(({ name }) => name !== waits),
    );
    expect(refusedAtOnce.length).toBeGreaterThan(10);
    const [call, again] = ['', ';tag=b'].map(
      (tag) => `INVITE sip:b@x SIP/2.0\r\nFrom: <sip:a@x>;tag=a\r\nTo: <sip:b@x>${tag}\r\n\r\n`,
    );
    for (const text of [again, call]) backlog.take(flow, Buffer.from(text ?? ''));
    expect(handled.at(-1)).toEqual({ name: call, behind: true });
    expect(handled.map(({ name }) => name)).not.toContain(again);
  });

  it('is not made by a few messages on a slow machine, by bursts, nor by a pause of the process', () => {
    const slow = loop(500);
    for (let index = 0; index < 20; index++) {
      slow.arrive(2);
      slow.turn();
    }
    const bursts = loop(1);
    for (let index = 0; index < 20; index++) {
      bursts.arrive(64);
      for (let each = 0; each < 16; each++) bursts.turn();
      bursts.pass(1000);
      bursts.arrive(32);
      for (let each = 0; each < 8; each++) bursts.turn();
    }
    for (const { handled } of [slow, bursts]) expect(handled.some(({ behind }) => behind)).toBe(false);
  });

  it('has no room without end', () => {
    const { backlog, arrive, flow } = loop(1);
    arrive(4);
    const large = Buffer.alloc(1024 * 1024);
    const taken = Array.from({ length: 5 }, () => backlog.take(flow, large));
    expect(taken).toEqual([true, true, true, true, false]);
  });
});
