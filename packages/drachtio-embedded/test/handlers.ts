import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import Srf from 'drachtio-srf';
import { onTestFinished } from 'vitest';
import type { RequestHandlerOptions } from '../src/index.ts';
import { Network, SDP, SECRET } from './network.ts';

export async function listening<S extends NetServer>(server: S): Promise<number> {
  if (!server.listening) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  onTestFinished(() => new Promise((resolve) => void server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

export async function start(
  requestHandlers: RequestHandlerOptions[],
  options: Parameters<typeof Network.start>[0] = {},
): Promise<Network> {
  const network = await Network.start({ requestHandlers, ...options });
  onTestFinished(() => network.close());
  return network;
}

/** An application that listens. Returns its port. */
export async function listenAs(prepare: (srf: Srf) => void, options: object = {}): Promise<number> {
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
export async function web(answer: unknown, server?: Server): Promise<{ url: string; asked: Asked[] }> {
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
export async function invite(network: Network, uri = 'sip:9196@ringback.local') {
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
