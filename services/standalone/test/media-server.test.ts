import { readdirSync, readFileSync } from 'node:fs';
import type { PartHealth } from '@ringback/contracts';
import { createLocalBus, createLogger, parseConfig } from '@ringback/runtime';
import { expect, it } from 'vitest';
import { mediaServer } from '../src/servers.ts';

/** Processes that this one has started, as Linux lists them. */
function children(): number[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

it('a media process that dies is told at once as degraded health', async () => {
  const bus = createLocalBus('media-server-test');
  const before = children();
  const ports = { min: 39_000, max: 39_099 };
  const logger = createLogger('standalone', 'silent');
  const server = await mediaServer(parseConfig({}, '/tmp'), ports, bus, logger);
  const [pid] = children().filter((child) => !before.includes(child));
  const told = new Promise<PartHealth>((resolve) => bus.subscribe('part.health', resolve));
  expect(server.processes?.()).toEqual([expect.objectContaining({ pid, calls: 0, deaths: 0 })]);
  process.kill(pid!, 'SIGKILL');
  expect(await told).toEqual({
    part: 'media',
    mode: 'embedded',
    state: 'degraded',
    detail: 'A media process died, 0 calls lost; it is being started again',
  });
  await server.close();
  await bus.close();
});
