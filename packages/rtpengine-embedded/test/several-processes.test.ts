import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Crash, SupervisedRtpengine } from '../src/index.ts';
import { exchange, joinPhones, mediaPorts, pids, startEngine, TestPhone, until } from './engine-support.ts';

// A process takes a second to start, and many on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const rtpPorts = mediaPorts();

/** Two phones in a call, and a packet number that grows with each sound. */
class TestCall {
  readonly id: string;
  readonly alice: TestPhone;
  readonly bob: TestPhone;
  #toAlice = 0;
  #toBob = 0;

  private constructor(id: string, alice: TestPhone, bob: TestPhone) {
    this.id = id;
    this.alice = alice;
    this.bob = bob;
  }

  static async open(ngPort: number, id: string): Promise<TestCall> {
    const call = new TestCall(id, await TestPhone.open(), await TestPhone.open());
    const to = await joinPhones(ngPort, id, call.alice, call.bob);
    call.#toAlice = to.aliceSendsTo;
    call.#toBob = to.bobSendsTo;
    return call;
  }

  /** The port that Alice sends to: in whose part it lies says which process has the call. */
  get port(): number {
    return this.#toAlice;
  }

  say(): void {
    this.alice.send(this.alice.packet(), this.#toAlice);
    this.bob.send(this.bob.packet(), this.#toBob);
  }

  async isHeard(): Promise<void> {
    const before = [this.alice.heard.length, this.bob.heard.length] as const;
    await until(`${this.id} to be heard`, () => {
      this.say();
      return this.alice.heard.length > before[0] && this.bob.heard.length > before[1];
    });
  }

  close(): void {
    this.alice.close();
    this.bob.close();
  }
}

describe('several media processes', () => {
  let engine: SupervisedRtpengine;
  let crashes: Crash[];
  let calls: TestCall[];

  beforeEach(async () => {
    crashes = [];
    calls = [];
    engine = await startEngine({
      rtpPorts,
      processes: 2,
      // Longer than a busy machine lets a process wait.
      hangTimeoutSec: 4,
      onCrash: (crash) => crashes.push(crash),
    });
  });
  afterEach(async () => {
    for (const call of calls) call.close();
    await engine.close();
  });

  const half = rtpPorts.min + (rtpPorts.max + 1 - rtpPorts.min) / 2;
  const processOf = (call: TestCall) => (call.port < half ? 0 : 1);
  const query = (id: string) => exchange(engine.ngPort, { command: 'query', 'call-id': id });
  async function call(id: string): Promise<TestCall> {
    const opened = await TestCall.open(engine.ngPort, id);
    calls.push(opened);
    return opened;
  }

  it('share the calls and the ports', async () => {
    const four = [await call('one'), await call('two'), await call('three'), await call('four')];
    for (const each of four) await each.isHeard();
    expect(four.map(processOf)).toEqual([0, 1, 0, 1]);
    expect(engine.processes.map((process) => process.calls)).toEqual([2, 2]);
    const list = await exchange(engine.ngPort, { command: 'list' });
    expect(list.calls).toEqual(['one', 'two', 'three', 'four']);
    expect(await query('two')).toMatchObject({ totals: { RTP: { packets: expect.any(Number) } } });
  });

  it('fall alone: the calls of the others go on, the lost ones are told, new ones go elsewhere', async () => {
    const [lost, kept] = [await call('lost'), await call('kept')];
    await lost.isHeard();
    await kept.isHeard();
    const heard = kept.alice.heard.length;
    const others = pids(engine).slice(1);
    // Sound in the other call all the while: nothing of it may be missing at the end.
    let said = 0;
    const talk = setInterval(() => {
      kept.say();
      said += 1;
    }, 20);
    process.kill(pids(engine)[0]!, 'SIGKILL');
    await until('the crash to be told', () => crashes.length === 1);
    expect(crashes[0]).toMatchObject({ signal: 'SIGKILL', hung: false, callIds: ['lost'] });
    expect(await query('lost')).toMatchObject({ 'error-reason': 'Unknown call-id' });
    const answer = { command: 'answer', 'call-id': 'lost', 'from-tag': 'a', 'to-tag': 'b' };
    expect(await exchange(engine.ngPort, { ...answer, sdp: lost.bob.describe() })).toMatchObject({
      'error-reason': 'Unknown call-id',
    });
    const next = await call('next');
    expect(processOf(next)).toBe(1);
    await next.isHeard();
    await until('the process to be back', () => pids(engine).length === 2, 30_000);
    clearInterval(talk);
    await until('all that was said in the other call', () => kept.alice.heard.length - heard >= said);
    expect(pids(engine)).toEqual(expect.arrayContaining(others));
    expect(engine.processes.map(({ deaths }) => deaths)).toEqual([1, 0]);
    const again = await call('again');
    expect(processOf(again)).toBe(0);
    await again.isHeard();
  });

  it('that hang are killed and started again', async () => {
    const [hung] = [await call('hung'), await call('other')];
    const stopped = pids(engine)[0]!;
    process.kill(stopped, 'SIGSTOP');
    await until('the hang to be told', () => crashes.length === 1, 30_000);
    expect(crashes[0]).toMatchObject({ pid: stopped, signal: 'SIGKILL', hung: true, callIds: [hung.id] });
    await until('the process to be back', () => pids(engine).length === 2, 30_000);
    expect(pids(engine)).not.toContain(stopped);
  });
});
