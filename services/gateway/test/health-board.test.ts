import { randomUUID } from 'node:crypto';
import { createLocalBus } from '@ringback/runtime';
import { ManualClock } from '@ringback/testing';
import { expect, it, onTestFinished } from 'vitest';
import { HealthBoard } from '../src/health-board.ts';

it('knows at once what was there before it', async () => {
  const bus = createLocalBus(randomUUID());
  onTestFinished(() => bus.close());
  bus.subscribe('health.asked', () =>
    bus.publish('part.health', { part: 'sip', state: 'up', mode: 'embedded', detail: 'ready' }),
  );
  const board = new HealthBoard(bus, new ManualClock(), {});
  onTestFinished(() => board.close());
  const sip = async () => (await board.read('1')).parts.find(({ part }) => part === 'sip');
  await expect.poll(sip).toMatchObject({ state: 'up', detail: 'ready' });
});
