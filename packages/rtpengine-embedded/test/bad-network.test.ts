import { remoteAudio } from '@ringback/sdp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SupervisedRtpengine } from '../src/index.ts';
import { exchange, startEngine, TestPhone, until } from './engine-support.ts';

let engine: SupervisedRtpengine;
let alice: TestPhone;
let bob: TestPhone;
beforeEach(async () => {
  engine = await startEngine();
  [alice, bob] = await Promise.all([TestPhone.open(), TestPhone.open()]);
});
afterEach(async () => {
  alice.close();
  bob.close();
  await engine.close();
});

const call = { 'call-id': 'bad network', 'from-tag': 'a' };
const count = 400;

describe('a simulated network', () => {
  it('loses and delays what goes one way, and leaves the other alone', async () => {
    const simulate = { from: { 'loss-percent': 25, seed: 3 } };
    const offer = await exchange(engine.ngPort, {
      command: 'offer',
      ...call,
      sdp: alice.describe(),
      simulate,
    });
    const answer = await exchange(engine.ngPort, {
      command: 'answer',
      ...call,
      'to-tag': 'b',
      sdp: bob.describe(),
    });
    const [toAlice, toBob] = [remoteAudio(String(answer.sdp)).port, remoteAudio(String(offer.sdp)).port];
    for (let i = 0; i < count; i++) {
      alice.send(alice.packet(1), toAlice);
      bob.send(bob.packet(2), toBob);
      // The sockets' buffers are not what is tested.
      if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until('everything of Bob', () => alice.heard.length === count);
    expect(bob.heard.length).toBeGreaterThan(0.65 * count);
    expect(bob.heard.length).toBeLessThan(0.85 * count);
  });

  it('ends when an offer says so', async () => {
    const simulate = { 'loss-percent': 100 };
    const offer = { command: 'offer', ...call, sdp: alice.describe() };
    const answer = { command: 'answer', ...call, 'to-tag': 'b', sdp: bob.describe() };
    await exchange(engine.ngPort, { ...offer, simulate });
    const { sdp } = await exchange(engine.ngPort, answer);
    const { port } = remoteAudio(String(sdp));
    for (let i = 0; i < 20; i++) alice.send(alice.packet(), port);
    await exchange(engine.ngPort, { command: 'ping' });
    expect(bob.heard).toHaveLength(0);
    await exchange(engine.ngPort, { ...offer, 'to-tag': 'b', simulate: {} });
    await exchange(engine.ngPort, answer);
    await until('sound', () => {
      alice.send(alice.packet(), port);
      return bob.heard.length > 0;
    });
  });
});
