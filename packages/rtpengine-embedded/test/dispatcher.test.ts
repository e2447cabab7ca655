import type { NgCommand, NgReply } from '@ringback/rtpengine-ng';
import { readCommand } from '@ringback/rtpengine-ng';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CommandTarget, Dispatcher } from '../src/process/dispatcher.ts';
import { type Answer, ProcessLost } from '../src/process/media-process.ts';

/** A media process that answers when it is told to. */
class ScriptedTarget implements CommandTarget {
  up = true;
  readonly asked: {
    command: NgCommand;
    answer(reply: NgReply, known: boolean): void;
    fail(error: Error): void;
  }[] = [];

  request(command: NgCommand): Promise<Answer> {
    if (!this.up) return Promise.reject(new ProcessLost('not up'));
    return new Promise((resolve, reject) => {
      this.asked.push({ command, answer: (reply, known) => resolve({ reply, known }), fail: reject });
    });
  }

  /** Of everything asked so far. */
  get callIds(): string[] {
    return this.asked.map(({ command }) => ('callId' in command ? command.callId : ''));
  }
}

const UNKNOWN = { result: 'error', 'error-reason': 'Unknown call-id' };
const OK: NgReply = { result: 'ok', sdp: '' };

function command(name: string, callId?: string): NgCommand {
  const tags = { 'from-tag': 'a', 'to-tag': 'b', sdp: 'v=0' };
  const read = readCommand({ command: name, ...(callId !== undefined && { 'call-id': callId, ...tags }) });
  if (!read.ok) throw new Error(read.reason);
  return read.command;
}

describe('the dispatcher of commands', () => {
  let targets: ScriptedTarget[];
  let dispatcher: Dispatcher;

  beforeEach(() => {
    targets = [new ScriptedTarget(), new ScriptedTarget(), new ScriptedTarget()];
    dispatcher = new Dispatcher(targets);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const askedOf = (callId: string) => targets.findIndex((target) => target.callIds.includes(callId));
  async function offer(callId: string): Promise<number> {
    const reply = dispatcher.handle(command('offer', callId));
    await Promise.resolve();
    const process = askedOf(callId);
    targets[process]?.asked.at(-1)?.answer(OK, true);
    expect(await reply).toBe(OK);
    return process;
  }
  async function end(callId: string): Promise<void> {
    const reply = dispatcher.handle(command('delete', callId));
    targets[askedOf(callId)]?.asked.at(-1)?.answer({ result: 'ok' }, false);
    expect(await reply).toEqual({ result: 'ok' });
  }

  it('gives a new call to the process with the fewest, and stays with it', async () => {
    expect([await offer('one'), await offer('two'), await offer('three')]).toEqual([0, 1, 2]);
    await end('two');
    expect(await offer('four')).toBe(1);
    void dispatcher.handle(command('answer', 'three'));
    void dispatcher.handle(command('query', 'three'));
    expect(targets[2]?.asked.slice(1).map((asked) => asked.command.command)).toEqual(['answer', 'query']);
  });

  it('lists the calls of all processes, up to the limit', async () => {
    for (const callId of ['one', 'two', 'three', 'four']) await offer(callId);
    await end('two');
    dispatcher.ended('three');
    expect(await dispatcher.handle(command('list'))).toEqual({ result: 'ok', calls: ['one', 'four'] });
    expect(await dispatcher.handle({ command: 'list', limit: 1 })).toEqual({ result: 'ok', calls: ['one'] });
  });

  it('lets a process say that a call is unknown, and remembers nothing of it', async () => {
    await offer('one');
    const reply = dispatcher.handle(command('delete', 'none'));
    await Promise.resolve();
    expect(askedOf('none')).toBe(1);
    const unknown: NgReply = { result: 'ok', warning: 'not found' };
    targets[1]?.asked[0]?.answer(unknown, false);
    expect(await reply).toBe(unknown);
    expect(dispatcher.calls(1)).toBe(0);
  });

  it('forgets an offer that was refused', async () => {
    const refusal: NgReply = { result: 'error', 'error-reason': 'Failed to parse SDP' };
    const reply = dispatcher.handle(command('offer', 'one'));
    await Promise.resolve();
    targets[0]?.asked[0]?.answer(refusal, false);
    expect(await reply).toBe(refusal);
    expect(dispatcher.calls(0)).toBe(0);
  });

  it('keeps a call together that is deleted and offered again in one breath', async () => {
    await offer('one');
    await offer('two');
    const deleted = dispatcher.handle(command('delete', 'one'));
    const offered = dispatcher.handle(command('offer', 'one'));
    await Promise.resolve();
    expect(targets[0]?.asked).toHaveLength(3);
    targets[0]?.asked[1]?.answer({ result: 'ok' }, false);
    await deleted;
    targets[0]?.asked[2]?.answer(OK, true);
    expect(await offered).toBe(OK);
    expect(dispatcher.calls(0)).toBe(1);
  });

  it('knows the calls that a process took with it, and asks the others for new ones', async () => {
    for (const callId of ['one', 'two', 'three', 'four']) await offer(callId);
    const waiting = dispatcher.handle(command('answer', 'one'));
    const offered = dispatcher.handle(command('offer', 'one'));
    targets[0]!.up = false;
    expect(dispatcher.lost(0)).toEqual(['one', 'four']);
    for (const { fail } of targets[0]!.asked) fail(new ProcessLost('The media process ended'));
    expect(await waiting).toEqual(UNKNOWN);
    expect(await offered).toEqual({ result: 'error', 'error-reason': 'The media process ended' });
    expect([dispatcher.calls(0), dispatcher.calls(1), dispatcher.calls(2)]).toEqual([0, 1, 1]);
    expect([await offer('five'), await offer('six'), await offer('seven')]).toEqual([1, 2, 1]);
  });

  it('lets a new call wait for a process when none is up, but not for long', async () => {
    vi.useFakeTimers();
    for (const target of targets) target.up = false;
    expect(await dispatcher.handle(command('ping'))).toMatchObject({ result: 'error' });
    expect(await dispatcher.handle(command('query', 'one'))).toEqual(UNKNOWN);
    const first = dispatcher.handle(command('offer', 'one'));
    await vi.advanceTimersByTimeAsync(1000);
    targets[1]!.up = true;
    dispatcher.up();
    await vi.advanceTimersByTimeAsync(0);
    targets[1]?.asked[0]?.answer(OK, true);
    expect(await first).toBe(OK);
    expect(await dispatcher.handle(command('ping'))).toEqual({ result: 'pong' });
    targets[1]!.up = false;
    const second = dispatcher.handle(command('offer', 'two'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await second).toEqual({ result: 'error', 'error-reason': 'No media process is up' });
  });

  it('refuses more commands than a process can have on its way, and keeps the call', async () => {
    await offer('one');
    await offer('two');
    for (let i = 0; i < 1024; i++) void dispatcher.handle(command('query', 'one'));
    expect(await dispatcher.handle(command('query', 'one'))).toMatchObject({ result: 'error' });
    expect(targets[0]?.asked).toHaveLength(1025);
    void dispatcher.handle(command('query', 'two'));
    expect(targets[1]?.asked).toHaveLength(2);
    expect(dispatcher.calls(0)).toBe(1);
  });
});
