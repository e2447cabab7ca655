import { once } from 'node:events';
import type { DirectionQuality, NetworkEvent, NumberedEvent, SpeechEvent } from '@ringback/contracts';
import { ManualClock } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { EventLog } from '../src/events/event-log.ts';
import {
  aCall,
  eventually,
  gatewayUnderTest,
  startStore,
  type TestGateway,
  type TestStore,
} from './gateway-under-test.ts';

const time = '2026-03-01T10:00:00.000Z';
const speech = (callId: string, change: Partial<SpeechEvent> = {}): SpeechEvent => ({
  type: 'speech.started',
  time,
  callId,
  provider: 'builtin',
  voiceId: 'builtin:awb',
  cached: false,
  durationMs: null,
  problem: null,
  ...change,
});
const queued = (text = ''): NetworkEvent => ({ type: 'call.queued', time, call: aCall({ text }) });

describe('the event log', () => {
  it('numbers upwards, and further up after a restart', () => {
    const clock = new ManualClock(1_772_359_200_000);
    const log = new EventLog(clock);
    const born = log.newest;
    log.append(queued());
    log.append(queued());
    expect(log.newest).toBe(born + 2);
    expect(log.oldest).toBe(born + 1);
    clock.advance(1);
    expect(new EventLog(clock).newest).toBeGreaterThan(log.newest);
  });

  it('forgets the oldest, by number and by size', () => {
    const log = new EventLog(new ManualClock(0), { events: 3, bytes: 10_000 });
    for (let n = 0; n < 10; n++) log.append(queued());
    expect([log.oldest, log.newest]).toEqual([8, 10]);
    expect(log.at(7)).toBeUndefined();
    expect(log.at(8)?.seq).toBe(8);
    expect(log.at(10)?.seq).toBe(10);
    expect(log.at(11)).toBeUndefined();
    log.append(queued('x'.repeat(9000)));
    expect(log.oldest).toBeGreaterThan(9);
    expect(log.at(11)?.json).toContain('xxx');
  });
});

describe('/ws', () => {
  let database: TestStore;
  let gateway: TestGateway;
  const sockets: WebSocket[] = [];
  beforeAll(async () => {
    database = await startStore();
  }, 60_000);
  afterAll(() => database?.close());
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    await gateway.close();
  });

  const open = async (change: Parameters<typeof gatewayUnderTest>[1] = {}) => {
    gateway = await gatewayUnderTest(database.store, change);
    return (await gateway.listen()).replace('http', 'ws');
  };
  const read = async (url: string, since?: number) => {
    const socket = new WebSocket(`${url}/ws${since === undefined ? '' : `?since=${since}`}`);
    sockets.push(socket);
    const events: NumberedEvent[] = [];
    socket.on('message', (data) => events.push(JSON.parse(String(data))));
    socket.on('error', () => undefined);
    await once(socket, 'open');
    await eventually(
      () => events.length,
      (count) => count > 0,
    );
    return { socket, events };
  };
  const types = (events: readonly NumberedEvent[]) => events.map(({ type }) => type);

  it('greets with the number of the newest event, then tells what happens', async () => {
    const url = await open();
    gateway.events.append(queued());
    const { newest } = gateway.events;
    const { events } = await read(url);
    const call = aCall({ status: 'ringing' });
    gateway.bus.publish('network.event', { type: 'call.ringing', time, call });
    await eventually(
      () => events.length,
      (count) => count === 2,
    );
    expect(events).toMatchObject([
      { type: 'stream.hello', seq: newest },
      { type: 'call.ringing', seq: newest + 1, time, call: { id: call.id } },
    ]);
  });

  it('tells how calls sound to those who listen now, and keeps nothing of it', async () => {
    const url = await open();
    const { events } = await read(url);
    const { newest } = gateway.events;
    const callId = aCall().id;
    const direction: DirectionQuality = {
      ...{ legId: aCall().id, role: 'caller' as const, packets: 50, packetsLost: 1, jitterMs: 0.5 },
      ...{ roundTripMs: 12.5, mos: 4.3, codec: 'PCMU', silent: false },
    };
    gateway.bus.publish('media.quality', { type: 'media.quality', time, callId, directions: [direction] });
    await eventually(
      () => events.length,
      (count) => count === 2,
    );
    expect(events[1]).toEqual({
      seq: newest,
      type: 'media.quality',
      time,
      callId,
      directions: [direction],
    });
    gateway.events.append(queued());
    const later = await read(url, newest);
    await eventually(
      () => later.events.length,
      (count) => count === 2,
    );
    expect(types(later.events)).toEqual(['stream.hello', 'call.queued']);
  });

  it('resumes after the number that a reader has read', async () => {
    const url = await open();
    for (const text of ['one', 'two', 'three']) gateway.events.append(queued(text));
    const { newest } = gateway.events;
    const { events } = await read(url, newest - 2);
    await eventually(
      () => events.length,
      (count) => count === 3,
    );
    expect(events).toMatchObject([
      { type: 'stream.hello' },
      { seq: newest - 1, call: { text: 'two' } },
      { seq: newest, call: { text: 'three' } },
    ]);
  });

  it('resumes a long history without taking the reader for a slow one', async () => {
    const url = await open();
    const since = gateway.events.newest;
    for (let n = 0; n < 600; n++) gateway.events.append(queued('x'.repeat(5000)));
    const { events } = await read(url, since);
    await eventually(
      () => events.length,
      (count) => count === 601,
    );
    expect(events.at(-1)?.seq).toBe(gateway.events.newest);
  });

  it('tells a gap when events are forgotten, or are of another run', async () => {
    const url = await open({ log: { events: 2, bytes: 1_000_000 } });
    const { newest: born } = gateway.events;
    for (let n = 0; n < 5; n++) gateway.events.append(queued());
    const { events } = await read(url, born + 1);
    await eventually(
      () => events.length,
      (count) => count === 4,
    );
    expect(types(events)).toEqual(['stream.hello', 'stream.gap', 'call.queued', 'call.queued']);
    expect(events[1]).toMatchObject({ since: born + 1, seq: born + 4 });
    expect(events[2]?.seq).toBe(born + 4);

    const { events: early } = await read(url, born - 7_000_000);
    await eventually(
      () => early.length,
      (count) => count === 4,
    );
    expect(early[1]).toMatchObject({ type: 'stream.gap', since: born - 7_000_000 });

    const { events: late } = await read(url, born + 1_000_000);
    await eventually(
      () => late.length,
      (count) => count === 4,
    );
    expect(types(late)).toEqual(types(early));
    expect(late[1]).toMatchObject({ since: born + 1_000_000, seq: born + 4 });
  });

  it('closes a reader that does not read; the others do not notice', async () => {
    const url = await open();
    const slow = await read(url);
    const quick = await read(url);
    slow.socket.pause();
    const closed = once(slow.socket, 'close');
    const big = 'x'.repeat(60_000);
    let told = 0;
    // Much of it goes into the buffers of both sockets' kernels before anything waits here.
    while (gateway.events.readers === 2 && told < 2000) {
      gateway.events.append(queued(big));
      told += 1;
      if (told % 20 === 0)
        await eventually(
          () => quick.events.length,
          (count) => count === told + 1,
        );
    }
    await eventually(
      () => gateway.events.readers,
      (count) => count === 1,
    );
    slow.socket.resume();
    await closed;
    gateway.events.append(queued('last'));
    const { events } = quick;
    await eventually(
      () => events.at(-1),
      (event) => JSON.stringify(event).includes('"last"'),
    );
    expect(events.map(({ seq }) => seq - events[0]!.seq)).toEqual(Array.from(events, (_, index) => index));
  });

  it('refuses a number that is none', async () => {
    const url = await open();
    const socket = new WebSocket(`${url}/ws?since=abc`);
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(422);
  });

  it('says why it closes when the gateway stops', async () => {
    const url = await open();
    const { socket } = await read(url);
    const closed = once(socket, 'close');
    await gateway.app.close();
    expect((await closed)[0]).toBe(1001);
  });

  it('puts a call’s speech into its record, in order and once', async () => {
    await open();
    const call = aCall();
    await database.store.calls.create(call);
    const events = [
      speech(call.id),
      speech(call.id, { type: 'speech.first-audio', time: '2026-03-01T10:00:00.200Z', firstAudioMs: 143 }),
      speech(call.id, { type: 'speech.finished', time: '2026-03-01T10:00:03.000Z', durationMs: 2800 }),
    ];
    for (const event of [...events, events[0]!]) gateway.bus.publish('network.event', event);
    await eventually(
      () => gateway.events.newest,
      (seq) => gateway.events.at(seq) !== undefined,
    );
    await gateway.recorder.settled();
    const detail = await eventually(
      () => database.store.calls.detail(call.id),
      (found) => found?.events.length === 3,
    );
    expect(detail).toMatchObject({
      speechProvider: 'builtin',
      voiceId: 'builtin:awb',
      firstAudioMs: 143,
      speechCached: false,
      events: [
        { type: 'speech.started', detail: 'The built-in voice starts to speak as builtin:awb' },
        { type: 'speech.first-audio', detail: 'First sound of the built-in voice is ready after 143 ms' },
        { type: 'speech.finished', detail: 'Spoken to its end, 2.8 s' },
      ],
    });
  });
});
