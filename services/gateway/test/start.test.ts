import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Health } from '@ringback/contracts';
import { createLocalBus, parseConfig } from '@ringback/runtime';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from '../src/index.ts';
import { logger, serveVoice, startStore, type TestStore } from './gateway-under-test.ts';

describe('the gateway as a service', () => {
  let database: TestStore;
  let dataDir: string;
  beforeAll(async () => {
    database = await startStore();
    dataDir = await mkdtemp(join(tmpdir(), 'ringback-gateway-data-'));
  }, 60_000);
  afterAll(async () => {
    await database?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const contextOf = (settings: Record<string, string> = {}) => {
    const config = parseConfig(
      {
        ...{ RINGBACK_HTTP_PORT: '0', RINGBACK_HEP_PORT: '0', RINGBACK_DATA_DIR: dataDir },
        ...{ DATABASE_URL: database.url },
        ...settings,
      },
      dataDir,
    );
    return { config, bus: createLocalBus(uuidv7()), logger };
  };

  it('counts the processes of a media server beside it for Prometheus', async () => {
    const loopDelay = { p99Ms: 2.5, maxMs: 12 };
    const media = () => [
      { calls: 3, deaths: 0, loopDelay },
      { calls: 4, deaths: 1, loopDelay },
    ];
    const gateway = await start(contextOf(), { media });
    const text = await (await fetch(`${gateway.address}/metrics`)).text();
    await gateway.close();
    expect(text).toContain('ringback_media_calls{process="1"} 4');
    expect(text).toContain('ringback_media_deaths{process="0"} 0');
    expect(text).toContain('ringback_media_deaths{process="1"} 1');
    expect(text).toContain('ringback_media_loop_delay_p99_seconds{process="0"} 0.0025');
    expect(text).toContain('ringback_media_loop_delay_max_seconds{process="0"} 0.012');
  });

  it('serves, tells of its own parts, and takes no calls once it drains', async () => {
    const context = contextOf();
    serveVoice(context.bus);
    const gateway = await start(context);
    expect(gateway.address).toMatch(/^http:\/\/localhost:\d+$/);
    expect(gateway.hepPort).toBeGreaterThan(0);
    const { parts } = (await (await fetch(`${gateway.address}/api/health`)).json()) as Health;
    const of = (name: string) => parts.find(({ part }) => part === name);
    expect(of('database')).toMatchObject({
      state: 'up',
      mode: 'embedded',
      detail: expect.stringContaining('PGlite'),
    });
    for (const part of ['gateway', 'capture', 'speech', 'bus'])
      expect(of(part)).toMatchObject({ state: 'up' });
    expect(of('voice')).toMatchObject({ state: 'degraded', detail: 'not heard of yet' });

    const call = () =>
      fetch(`${gateway.address}/api/calls`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ to: '9196', text: 'x' }),
      });
    expect((await call()).status).toBe(202);
    await gateway.drain();
    expect((await call()).status).toBe(503);
    await gateway.close();
    await expect(call()).rejects.toThrow();
    await context.bus.close();
  });

  it('gives the address of the page with the token, and answers nothing without', async () => {
    const context = contextOf({ RINGBACK_TOKEN: 'a-token-that-was-set' });
    const gateway = await start(context);
    const { origin, search } = new URL(gateway.address);
    expect(search).toBe('?token=a-token-that-was-set');
    expect((await fetch(`${origin}/api/calls`)).status).toBe(401);
    await gateway.close();
    await context.bus.close();
  });

  it('names the setting when its port is in use, and leaves nothing behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const context = contextOf({ RINGBACK_HTTP_PORT: String(port) });
    await expect(start(context)).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringMatching(/^RINGBACK_HTTP_PORT: .*in use/),
    });
    other.close();
    await once(other, 'close');
    const gateway = await start(context);
    expect(gateway.address).toBe(`http://localhost:${port}`);
    await gateway.close();
    await context.bus.close();
  });
});
