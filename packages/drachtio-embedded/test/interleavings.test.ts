import { expect, it } from 'vitest';
import { RaceApplication } from './race-application.ts';
import { RaceWorld, randomOf } from './race-world.ts';

const RUNS = 1000;
/** Moves of chance in each run, before the network heals and the calls are hung up. */
const MOVES = 40;

/** What the server does meanwhile in promises is done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

interface Run {
  world: RaceWorld;
  caller: RaceApplication;
  callee: RaceApplication;
  random: () => number;
}

/** One thing that may happen next. */
interface Move {
  weight: number;
  what: string;
  go(): void;
}

function moves({ world, caller, callee, random }: Run): Move[] {
  const some = () => Math.floor(random() * world.inFlight.length);
  const pass = (ms: number) => () => world.clock.advance(random() * ms);
  const list: Move[] = [
    { weight: 1, what: 'time', go: pass(2000) },
    { weight: 0.1, what: 'a long time', go: pass(100_000) },
  ];
  if (world.inFlight.length > 0) {
    list.push({ weight: 12, what: 'deliver', go: () => world.deliver(some()) });
    list.push({ weight: 1, what: 'duplicate', go: () => world.deliver(some(), true) });
    list.push({ weight: 1, what: 'lose', go: () => world.lose(some()) });
  }
  if (caller.calling) list.push({ weight: 0.3, what: 'cancel', go: () => caller.cancel() });
  for (const side of [caller, callee]) {
    if (side.open.length > 0) list.push(...answers(side));
    if (!side.talking) continue;
    list.push({ weight: 0.6, what: `${side.id} INVITE`, go: () => side.request('INVITE') });
    list.push({ weight: 0.6, what: `${side.id} UPDATE`, go: () => side.request('UPDATE') });
    list.push({ weight: 0.3, what: `${side.id} BYE`, go: () => side.request('BYE') });
  }
  return list;
}

function answers(side: RaceApplication): Move[] {
  const isInvite = side.open[0]?.request.method === 'INVITE';
  const reliable = { headers: { Require: '100rel' } };
  const timed = { headers: { 'Session-Expires': '90;refresher=uas' } };
  return [
    { weight: 2, what: `${side.id} 200`, go: () => side.answer(200) },
    { weight: 2, what: `${side.id} 200 with a timer`, go: () => side.answer(200, timed) },
    { weight: 0.3, what: `${side.id} 488`, go: () => side.answer(488) },
    ...(isInvite ? [{ weight: 1, what: `${side.id} 183`, go: () => side.answer(183, reliable) }] : []),
    ...(isInvite ? [{ weight: 1, what: `${side.id} 180`, go: () => side.answer(180) }] : []),
  ];
}

function choose(list: Move[], random: () => number): Move {
  let rest = random() * list.reduce((sum, { weight }) => sum + weight, 0);
  for (const move of list) {
    rest -= move.weight;
    if (rest < 0) return move;
  }
  return list[0]!;
}

/** Nothing is lost any more, and time passes until nothing is left to wait for. */
async function heal(world: RaceWorld, forMs: number): Promise<void> {
  for (const endMs = world.clock.nowMs() + forMs; world.clock.nowMs() < endMs; ) {
    while (world.inFlight.length > 0) {
      world.deliver(0);
      await settled();
    }
    if (world.clock.pendingTimers === 0) return;
    world.clock.advance(2000);
    await settled();
  }
}

async function run(seed: number): Promise<Run> {
  const world = new RaceWorld();
  const caller = new RaceApplication('caller');
  const callee = new RaceApplication('callee');
  caller.handler = world.server('192.0.2.1', caller);
  callee.handler = world.server('192.0.2.2', callee);
  const race: Run = { world, caller, callee, random: randomOf(seed) };
  caller.call('sip:callee@192.0.2.2');
  await settled();
  for (let count = 0; count < MOVES; count++) {
    const move = choose(moves(race), race.random);
    world.note(() => move.what);
    move.go();
    await settled();
  }
  while (callee.open.length > 0) callee.answer(200);
  while (caller.open.length > 0) caller.answer(200);
  await heal(world, 40_000);
  for (const side of [caller, callee]) {
    while (side.open.length > 0) side.answer(200);
    if (side.talking) side.request('BYE');
    await settled();
  }
  await heal(world, 200_000);
  return race;
}

function left({ world, caller, callee }: Run): Record<string, unknown> {
  const [a, b] = world.cores.map((core) => ({
    dialogs: core.dialogs.size,
    incoming: core.transactions.incomingCount,
    outgoing: core.transactions.outgoingCount,
  }));
  const ends = [caller, callee].map((side) => !side.confirmed || side.ended !== undefined);
  return { a, b, timers: world.clock.pendingTimers, ends, faults: world.faults };
}

const nothing = { dialogs: 0, incoming: 0, outgoing: 0 };
const clean = { a: nothing, b: nothing, timers: 0, ends: [true, true], faults: [] };

it(`leaves nothing of ${RUNS} calls whose requests meet in every way, over a network that loses and mixes`, async () => {
  let talked = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const race = await run(seed);
    if (race.caller.confirmed) talked += 1;
    const remains = left(race);
    // The story of a run is long, and told only when something is wrong.
    if (JSON.stringify(remains) !== JSON.stringify(clean))
      expect(remains, `seed ${seed}:\n${race.world.log}`).toEqual(clean);
  }
  // Else the races would not be worth much.
  expect(talked).toBeGreaterThan(RUNS / 2);
}, 300_000);
