import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as NetServer } from 'node:net';
import { header } from '@ringback/sip';
import Srf from 'drachtio-srf';
import { afterEach, describe, expect, it } from 'vitest';
import type { RequestHandlerOptions } from '../src/index.ts';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { deferred, Network, SDP, SECRET } from './network.ts';
import { dial, routeOfCaller } from './proxying.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const cert = fixture('localhost.cert.pem');
const key = fixture('localhost.key.pem');

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listening<S extends NetServer>(server: S): Promise<number> {
  if (!server.listening) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

async function start(
  requestHandlers: RequestHandlerOptions[],
  options: Parameters<typeof Network.start>[0] = {},
): Promise<Network> {
  const network = await Network.start({ requestHandlers, ...options });
  cleanups.push(() => network.close());
  return network;
}

/** An application that listens. Returns its port. */
async function listenAs(prepare: (srf: Srf) => void, options: object = {}): Promise<number> {
  const srf = new Srf();
  srf.on('error', () => undefined);
  prepare(srf);
  return listening(srf.listen({ host: '127.0.0.1', port: 0, secret: SECRET, ...options }));
}

interface Asked {
  method: string;
  query: Record<string, string>;
  body: string;
  socket: number;
}

/** A web handler that answers with the text it is given, and what it was asked. */
async function web(answer: unknown, server?: Server): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const url = new URL(request.url ?? '', 'http://x');
    const query = Object.fromEntries(url.searchParams);
    asked.push({ method: request.method ?? '', query, body, socket: request.socket.remotePort ?? 0 });
    if (url.pathname === '/elsewhere') response.writeHead(302, { location: '/' }).end();
    else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  };
  const own = server ?? createServer();
  own.on('request', (request, response) => void respond(request, response));
  const port = await listening(own);
  return { url: `${server ? 'https' : 'http'}://localhost:${port}/`, asked };
}

/** The final answer to an INVITE of a phone. */
async function invite(network: Network, uri = 'sip:9196@ringback.local') {
  const phone = await network.phone('1001');
  const request = phone.call('INVITE', uri, { body: SDP, contentType: 'application/sdp' });
  await phone.response(100);
  const final = async (status: number) => {
    const response = await phone.response(status);
    phone.ack(request, response);
    return response;
  };
  return { phone, request, final };
}

describe('a handler that is an application', () => {
  it('gets one connection for each new request, and all of that call', async () => {
    const infos: string[] = [];
    const ended = deferred();
    const port = await listenAs((srf) => {
      srf.invite(async (req, res) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        dialog.on('info', (request, response) => {
          infos.push(request.body);
          response.send(200);
        });
        dialog.on('destroy', () => {
          srf.endSession(req);
          ended.resolve();
        });
      });
    });
    const network = await start([{ method: 'invite', url: `tcp://127.0.0.1:${port}` }]);
    const first = await invite(network);
    const second = await invite(network);
    const ok = await first.final(200);
    await second.final(200);
    expect(network.server.stats().applications).toBe(2);
    first.phone.inDialog('INFO', first.request, ok, { body: 'five', contentType: 'text/plain' });
    await first.phone.response(200, 'INFO');
    expect(infos).toEqual(['five']);
    first.phone.inDialog('BYE', first.request, ok);
    await first.phone.response(200, 'BYE');
    await ended.promise;
    await expect.poll(() => network.server.stats().applications).toBe(1);
  });

  it('may end its session as soon as it hung up, and the caller gets one BYE', async () => {
    const port = await listenAs((srf) => {
      srf.invite(async (req, res) => {
        const dialog = await srf.createUAS(req, res, { localSdp: SDP });
        dialog.destroy().catch(() => undefined);
        srf.endSession(req);
      });
    });
    const network = await start([{ method: '*', url: `tcp:127.0.0.1:${port}` }]);
    const { phone, final } = await invite(network);
    await final(200);
    const bye = await phone.request('BYE');
    await expect.poll(() => network.server.stats().applications).toBe(0);
    phone.reply(bye, 200, 'OK');
    await expect.poll(() => network.server.stats().dialogs).toBe(0);
    expect(phone.unread()).toEqual([]);
  });

  it('comes before the applications that connected, for its method only', async () => {
    const port = await listenAs((srf) => srf.options((_req, res) => res.send(200, 'Listening')));
    const network = await start([{ method: 'OPTIONS', url: `tcp://127.0.0.1:${port}` }]);
    await network.application((srf) => {
      srf.options((_req, res) => res.send(200, 'Connected'));
      srf.message((_req, res) => res.send(202, 'Connected'));
    });
    const phone = await network.phone('1001');
    phone.call('OPTIONS', 'sip:ringback.local');
    expect((await phone.response(200)).reason).toBe('Listening');
    phone.call('MESSAGE', 'sip:ringback.local');
    expect((await phone.response(202)).reason).toBe('Connected');
  });

  it('is spoken to over TLS, when its certificate is trusted', async () => {
    const port = await listenAs((srf) => srf.options((_req, res) => res.send(200)), { tls: { cert, key } });
    const handler = { method: 'OPTIONS', url: `tls://localhost:${port}` };
    const trusting = await start([handler], { tls: { cert, key, ca: cert } });
    const careful = await start([handler]);
    const careless = await start([{ ...handler, verifyPeer: false }]);
    for (const [network, status] of [
      [trusting, 200],
      [careful, 480],
      [careless, 200],
    ] as const) {
      const phone = await network.phone('1001');
      phone.call('OPTIONS', 'sip:ringback.local');
      await phone.response(status);
    }
  });

  it.each([
    ['is not there', async () => 1],
    ['has the wrong secret', () => listenAs(() => undefined, { secret: 'wrong' })],
    ['closes at once', () => listening(createTcpServer((socket) => socket.destroy()))],
  ])('that %s: 480', async (_what, open) => {
    const network = await start([{ method: '*', url: `tcp://127.0.0.1:${await open()}` }]);
    await (await invite(network)).final(480);
    await expect.poll(() => network.server.stats().applications).toBe(0);
  });

  it('that answers too late finds a call that was cancelled gone', async () => {
    const late = deferred<import('node:net').Socket>();
    const port = await listening(
      createTcpServer((socket) => late.resolve(socket.on('error', () => undefined))),
    );
    const network = await start([{ method: '*', url: `tcp://127.0.0.1:${port}` }]);
    const { phone, request, final } = await invite(network);
    const socket = await late.promise;
    phone.cancel(request);
    await phone.response(200, 'CANCEL');
    await final(487);
    const text: string[] = [];
    socket.on('data', (chunk) => text.push(String(chunk)));
    socket.write(`24#x|authenticate|${SECRET}|`.replace('24', String(`x|authenticate|${SECRET}|`.length)));
    await once(socket, 'close');
    expect(text.join('')).not.toContain('|sip|');
  });

  it('that takes no more connections: 503', async () => {
    const port = await listening(createTcpServer((socket) => socket.on('error', () => undefined)));
    const limits = { ...DEFAULT_LIMITS, outboundApplications: 0 };
    const network = await start([{ method: '*', url: `tcp://127.0.0.1:${port}` }], { limits });
    const response = await (await invite(network)).final(503);
    expect(header(response, 'Retry-After')).toBe('5');
  });
});

describe('a web handler', () => {
  it('is told of the request, over one connection', async () => {
    const { url, asked } = await web({ action: 'reject', data: { status: 486 } });
    const network = await start([{ method: 'INVITE', url: `${url}?key=7` }]);
    const { phone, final } = await invite(network, 'sip:%2b4930@ringback.local;dst=x;method=BYE');
    expect((await final(486)).reason).toBe('Busy Here');
    expect(asked[0]).toMatchObject({
      method: 'GET',
      body: '',
      query: {
        key: '7',
        method: 'INVITE',
        domain: 'ringback.local',
        protocol: 'udp',
        source_address: '127.0.0.1',
        fromUser: phone.options.user,
        toUser: '%2b4930',
        uriUser: '%2b4930',
        contentType: 'application/sdp',
        uri: 'sip:%2b4930@ringback.local;dst=x;method=BYE',
        dst: 'x',
      },
    });
    await (await invite(network)).final(486);
    expect(asked[1]!.socket).toBe(asked[0]!.socket);
  });

  it('is sent the whole request by POST, over https, through a redirect', async () => {
    const { url, asked } = await web(
      { action: 'reject', data: { status: 503, reason: 'Max\r\nCalls' } },
      createHttpsServer({ cert, key }),
    );
    const network = await start([
      { method: '*', url: `${url}elsewhere`, httpMethod: 'POST', verifyPeer: false },
    ]);
    expect((await (await invite(network)).final(503)).reason).toBe('Max Calls');
    expect(asked.map(({ method }) => method)).toEqual(['POST', 'POST']);
    expect(asked[0]!.body).toMatch(/^INVITE sip:9196@ringback\.local SIP\/2\.0\r\n[\s\S]*m=audio/);
  });

  it('redirects', async () => {
    const { url } = await web({
      action: 'redirect',
      data: { contact: ['sip:a@b.example', '<sip:c@d>;q=0.5'] },
    });
    const network = await start([{ method: '*', url }]);
    const response = await (await invite(network)).final(302);
    const contacts = response.headers.filter(({ name }) => name === 'Contact').map(({ value }) => value);
    expect(contacts).toEqual(['<sip:a@b.example>', '<sip:c@d>;q=0.5']);
  });

  it('proxies, and is not asked again for the dialog', async () => {
    const target: { destination?: string; recordRoute: boolean } = { recordRoute: true };
    const handler = await web({ action: 'proxy', data: target });
    const network = await start([{ method: '*', url: handler.url }]);
    const phone = await network.phone('1001');
    const callee = await network.phone('1002');
    target.destination = `127.0.0.1:${callee.transport.local.port}`;
    const invite = dial(phone);
    callee.reply(await callee.request('INVITE'), 200, 'OK', { body: SDP });
    const ok = await phone.response(200);
    phone.ack(invite, ok, routeOfCaller(ok));
    await callee.request('ACK');
    phone.inDialog('BYE', invite, ok, routeOfCaller(ok));
    callee.reply(await callee.request('BYE'), 200, 'OK');
    await phone.response(200, 'BYE');
    expect(handler.asked).toHaveLength(1);
  });

  it('routes to an application that listens', async () => {
    const port = await listenAs((srf) => srf.invite((_req, res) => res.send(486, 'Listening')));
    const { url } = await web({ action: 'route', data: { uri: `localhost:${port};transport=tcp` } });
    const network = await start([{ method: '*', url }]);
    expect((await (await invite(network)).final(486)).reason).toBe('Listening');
  });

  it('routes to the connected applications with a tag, in turn', async () => {
    const served: string[] = [];
    const { url } = await web({ action: 'route', data: { tag: 'conference' } });
    const network = await start([{ method: '*', url }]);
    for (const [name, tags] of Object.entries({ a: ['conference'], b: ['other'], c: ['x', 'conference'] })) {
      const srf = new Srf();
      srf.on('error', () => undefined);
      srf.invite((_req, res) => {
        served.push(name);
        res.send(486);
      });
      srf.connect({ host: '127.0.0.1', port: network.server.adminPort, secret: SECRET, tags });
      await once(srf, 'connect');
      cleanups.push(() => srf.disconnect());
    }
    for (let turn = 0; turn < 3; turn++) await (await invite(network)).final(486);
    expect(served).toEqual(['a', 'c', 'a']);
  });

  it('whose tag nobody has: 480', async () => {
    const { url } = await web({ action: 'route', data: { tag: 'conference' } });
    const network = await start([{ method: '*', url }]);
    await (await invite(network)).final(480);
  });

  it.each([
    ['no JSON', 'hello'],
    ['an unknown action', { action: 'dance', data: {} }],
    ['a timeout that is none', { action: 'proxy', data: { destination: 'sip:a@b', finalTimeout: '1h' } }],
    ['more than it may', `{"action": "reject", "data": {"status": 486, "reason": "${'x'.repeat(70_000)}"}}`],
  ])('that says %s: 500', async (_what, answer) => {
    const { url } = await web(answer);
    const network = await start([{ method: '*', url }]);
    await (await invite(network)).final(500);
  });

  it('that is not there: 500', async () => {
    const network = await start([{ method: '*', url: 'http://127.0.0.1:1/' }]);
    await (await invite(network)).final(500);
  });
});
