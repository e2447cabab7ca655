import { parentPort } from 'node:worker_threads';
import { createLocalBus, threadData } from '../src/index.ts';

const bus = createLocalBus(threadData<{ name: string }>().name);
bus.serve('session.issue', async ({ number = '2001' }) => ({
  number,
  displayName: 'From a thread',
  uri: `sip:${number}@ringback.local`,
  username: number,
  password: 'p',
  expiresAt: '2026-01-01T00:00:00.000Z',
}));
parentPort?.on('message', () => undefined);
parentPort?.postMessage('ready');
