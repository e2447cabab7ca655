import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { tokenOf } from '../src/access/token.ts';
import {
  gatewayUnderTest,
  serveSessions,
  startStore,
  type TestGateway,
  type TestStore,
} from './gateway-under-test.ts';

const TOKEN = 'token-of-24-characters-x';

let database: TestStore;
let gateway: TestGateway;
let pageDir: string;
beforeAll(async () => {
  database = await startStore();
  pageDir = join(await mkdtemp(join(tmpdir(), 'ringback-page-')), 'dist');
  await mkdir(join(pageDir, 'assets'), { recursive: true });
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>Ringback</title>');
  await writeFile(join(pageDir, 'favicon.svg'), '<svg/>');
  await writeFile(join(pageDir, '.ringback-sources'), 'digest');
  await writeFile(join(pageDir, 'assets', 'index-1a2b3c.js'), 'console.log(1)');
  await writeFile(join(pageDir, 'assets', 'index-1a2b3c.js.br'), brotliCompressSync('console.log(1)'));
}, 60_000);
afterAll(async () => {
  await database?.close();
  await rm(join(pageDir, '..'), { recursive: true, force: true });
});
afterEach(() => gateway?.close());

const status = async (
  url: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'POST' | 'DELETE' = 'GET',
) => (await gateway.app.inject({ url, headers, method })).statusCode;

describe('without a token', () => {
  it('is for pages of its own and for programs', async () => {
    gateway = await gatewayUnderTest(database.store);
    serveSessions(gateway.bus);
    const session = (headers: Record<string, string>) => status('/api/session', headers, 'POST');
    expect(await session({ host: 'localhost:3000' })).toBe(200);
    expect(await session({ host: 'localhost:3000', origin: 'http://localhost:3000' })).toBe(200);
    expect(await session({ host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' })).toBe(200);
    expect(await session({ host: 'localhost:3000', origin: 'https://evil.example' })).toBe(403);
    expect(await session({ host: 'localhost:3000', origin: 'http://localhost:3001' })).toBe(403);
    expect(await session({ host: 'localhost:3000', origin: 'null' })).toBe(403);
  });

  it('does not answer under a name that is none of its own (DNS rebinding)', async () => {
    gateway = await gatewayUnderTest(database.store, { config: { publicHost: 'phones.example' } });
    const health = (host: string) => status('/api/health', { host, origin: `http://${host}` });
    expect(await health('evil.example:3000')).toBe(403);
    expect(await health('localhost.evil.example')).toBe(403);
    expect(await health('phones.example:3000')).toBe(200);
    expect(await health('127.0.0.1:3000')).toBe(200);
    expect(await health('[::1]:3000')).toBe(200);
  });
});

describe('with a token', () => {
  it('is made up only when it is needed and none is set', async () => {
    gateway = await gatewayUnderTest(database.store);
    expect(tokenOf({ token: undefined, exposed: false })).toBeUndefined();
    expect(tokenOf({ token: TOKEN, exposed: false })).toBe(TOKEN);
    expect(tokenOf({ token: undefined, exposed: true })).toMatch(/^[\w-]{32}$/);
    expect(tokenOf({ token: undefined, exposed: true })).not.toBe(
      tokenOf({ token: undefined, exposed: true }),
    );
  });

  it('asks for it on every path of the interface, however it is written', async () => {
    gateway = await gatewayUnderTest(database.store, { token: TOKEN });
    for (const path of ['/api/health', '/api/calls', '/%61pi/calls', '/api/%63alls', '/ws', '/sip']) {
      expect([path, await status(path)]).toEqual([path, 401]);
      expect([path, await status(path, { authorization: 'Bearer wrong' })]).toEqual([path, 401]);
      expect([path, await status(path, { cookie: 'ringback-token=wrong' })]).toEqual([path, 401]);
    }
    const right = { authorization: `Bearer ${TOKEN}` };
    expect(await status('/api/calls', right)).toBe(200);
    expect(await status('/api/health', { ...right, host: 'any.name.example' })).toBe(200);
    const refused = await gateway.app.inject({ url: '/api/calls' });
    expect(refused.json()).toMatchObject({ status: 401, remedy: expect.stringContaining('Bearer') });
    expect(await status('/metrics')).toBe(200);
  });

  it('takes it from the address of the page, once, and keeps it out of the address', async () => {
    gateway = await gatewayUnderTest(database.store, { token: TOKEN, pageDir });
    expect(await status('/')).toBe(200);
    const opened = await gateway.app.inject({ url: `/calls?status=busy&token=${TOKEN}` });
    expect(opened.statusCode).toBe(303);
    expect(opened.headers.location).toBe('/calls?status=busy');
    const cookie = String(opened.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict$/);
    expect(await status('/api/calls', { cookie: `other=1; ${cookie.split(';')[0]}` })).toBe(200);
    expect(await status('/?token=wrong')).toBe(401);
    const elsewhere = await gateway.app.inject({ url: `//evil.example/?token=${TOKEN}` });
    expect(elsewhere.headers.location ?? '/').toMatch(/^\/(?!\/)/);
  });

  it('limits sessions per address when it is exposed', async () => {
    gateway = await gatewayUnderTest(database.store, { token: TOKEN, config: { exposed: true } });
    serveSessions(gateway.bus);
    const headers = { authorization: `Bearer ${TOKEN}` };
    const ask = () => gateway.app.inject({ url: '/api/session', method: 'POST', headers });
    for (let n = 0; n < 30; n++) expect((await ask()).statusCode).toBe(200);
    const refused = await ask();
    expect(refused.json()).toMatchObject({ status: 429, remedy: expect.any(String) });
    expect(refused.headers['retry-after']).toBeDefined();
    expect(await status('/api/calls', headers)).toBe(200);
  });
});

describe('WebSockets', () => {
  const answer = async (url: string, headers: Record<string, string>) => {
    const socket = new WebSocket(url, url.endsWith('sip') ? ['sip'] : [], { headers });
    socket.on('error', () => undefined);
    const refused = once(socket, 'unexpected-response').then(([, response]) => response.statusCode);
    const result = await Promise.race([once(socket, 'open').then(() => 101), refused]);
    socket.terminate();
    return result;
  };

  it.each(['/ws', '/sip'])(
    'are refused on %s for pages of another origin, and without the token',
    async (path) => {
      gateway = await gatewayUnderTest(database.store, { token: TOKEN });
      const address = (await gateway.listen()).replace('http', 'ws') + path;
      const { host } = new URL(address);
      const authorization = `Bearer ${TOKEN}`;
      expect(await answer(address, { authorization, origin: 'http://evil.example' })).toBe(403);
      expect(await answer(address, { origin: `http://${host}` })).toBe(401);
      expect(await answer(address, {})).toBe(401);
      expect(await answer(address, { authorization })).toBe(101);
      expect(await answer(address, { cookie: `ringback-token=${TOKEN}`, origin: `http://${host}` })).toBe(
        101,
      );
    },
  );

  it('are open to programs on the loopback, which have no origin', async () => {
    gateway = await gatewayUnderTest(database.store);
    const address = (await gateway.listen()).replace('http', 'ws');
    expect(await answer(`${address}/ws`, {})).toBe(101);
    expect(await answer(`${address}/ws`, { origin: 'http://evil.example' })).toBe(403);
  });
});

describe('the page', () => {
  it('is served with names that never change kept, and the rest asked for again', async () => {
    gateway = await gatewayUnderTest(database.store, { pageDir });
    const get = (url: string) =>
      gateway.app.inject({ url, headers: { accept: 'text/html', host: 'localhost:3000' } });
    expect((await get('/assets/index-1a2b3c.js')).headers['cache-control']).toContain('immutable');
    expect((await get('/favicon.svg')).headers['cache-control']).toBe('no-cache');
    for (const address of ['/', '/calls', '/calls/0196b7a5']) {
      const page = await get(address);
      expect(page).toMatchObject({ statusCode: 200, body: expect.stringContaining('<title>Ringback') });
      expect(page.headers['cache-control']).toBe('no-cache');
    }
    expect((await get('/assets/index-gone.js')).statusCode).toBe(404);
    expect((await get('/api/nothing')).statusCode).toBe(404);
    expect((await get('/../package.json')).statusCode).toBe(404);
    expect((await get('/.ringback-sources')).statusCode).not.toBe(200);
  });

  it('goes over the wire compressed where the build has it so, and the browser can read it', async () => {
    gateway = await gatewayUnderTest(database.store, { pageDir });
    const get = (encoding: string) =>
      gateway.app.inject({ url: '/assets/index-1a2b3c.js', headers: { 'accept-encoding': encoding } });
    const compressed = await get('gzip, deflate, br');
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': expect.stringContaining('javascript'),
      'cache-control': expect.stringContaining('immutable'),
    });
    expect(brotliDecompressSync(compressed.rawPayload).toString()).toBe('console.log(1)');
    expect((await get('identity')).body).toBe('console.log(1)');
  });

  it('may talk to its own server only', async () => {
    gateway = await gatewayUnderTest(database.store, { pageDir });
    const { headers } = await gateway.app.inject({ url: '/', headers: { host: 'localhost:3000' } });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("connect-src 'self' ws://localhost:3000 wss://localhost:3000");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' });
    expect(headers['permissions-policy']).toContain('microphone=(self)');
    const odd = await gateway.app.inject({ url: '/', headers: { host: 'x; script-src *' } });
    expect(odd.headers['content-security-policy']).not.toContain('script-src *');
  });

  it('says what to do while it is not built', async () => {
    gateway = await gatewayUnderTest(database.store);
    const { body, statusCode } = await gateway.app.inject({ url: '/' });
    expect({ statusCode, body }).toEqual({ statusCode: 503, body: expect.stringContaining('npm run build') });
  });
});
