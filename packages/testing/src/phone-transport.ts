import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { StreamFramer } from '@ringback/sip';
import WebSocket from 'ws';

/** One socket of a phone to its server. */
export interface PhoneTransport {
  readonly local: { host: string; port: number };
  send(message: Uint8Array): void;
  /** Reads no more: what comes stays in the network. */
  pause(): void;
  close(): void;
}

export type PhoneProtocol = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

interface Server {
  host: string;
  port: number;
}

type Receive = (message: Uint8Array) => void;

export interface PhoneSocketOptions {
  /** The phone's own address; default loopback of the server's family. */
  localHost?: string;
  /** PEM of the authority whose certificate the server shows, for tls and wss. */
  ca?: string;
  /** What the phone shows a server that asks for it, PEM; for tls. */
  certificate?: { cert: string; key: string };
}

export async function openPhoneTransport(
  protocol: PhoneProtocol,
  server: Server,
  receive: Receive,
  options: PhoneSocketOptions = {},
): Promise<PhoneTransport> {
  switch (protocol) {
    case 'udp':
      return openUdp(server, receive, options);
    case 'tcp':
    case 'tls':
      return openStream(protocol, server, receive, options);
    case 'ws':
    case 'wss':
      return openWebSocket(protocol, server, receive, options);
    default:
      return protocol satisfies never;
  }
}

async function openUdp(
  server: Server,
  receive: Receive,
  options: PhoneSocketOptions,
): Promise<PhoneTransport> {
  const ipv6 = isIPv6(server.host);
  const host = options.localHost ?? (ipv6 ? '::1' : '127.0.0.1');
  const socket = createSocket(ipv6 ? 'udp6' : 'udp4');
  socket.on('message', receive);
  socket.bind(0, host);
  await once(socket, 'listening');
  return {
    local: { host, port: socket.address().port },
    send: (message) => socket.send(message, server.port, server.host),
    pause: () => void socket.off('message', receive),
    close: () => socket.close(),
  };
}

async function openStream(
  protocol: 'tcp' | 'tls',
  server: Server,
  receive: Receive,
  { localHost, ca, certificate }: PhoneSocketOptions,
): Promise<PhoneTransport> {
  const from = localHost === undefined ? {} : { localAddress: localHost };
  const where = { host: server.host, port: server.port, ...from };
  const trust = ca === undefined ? {} : { ca };
  const socket = protocol === 'tls' ? connectTls({ ...where, ...trust, ...certificate }) : connect(where);
  socket.setNoDelay(true);
  const framer = new StreamFramer();
  socket.on('data', (chunk: Buffer) => {
    for (const event of framer.push(chunk)) if (event.kind === 'message') receive(event.bytes);
  });
  await once(socket, protocol === 'tls' ? 'secureConnect' : 'connect');
  // From here on a server that cuts the connection is the test's subject, not its failure.
  socket.on('error', () => socket.destroy());
  return {
    local: { host: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    send: (message) => void socket.write(message),
    pause: () => void socket.pause(),
    close: () => void socket.destroy(),
  };
}

async function openWebSocket(
  protocol: 'ws' | 'wss',
  server: Server,
  receive: Receive,
  { localHost, ca }: PhoneSocketOptions,
): Promise<PhoneTransport> {
  const host = isIPv6(server.host) ? `[${server.host}]` : server.host;
  const socket = new WebSocket(`${protocol}://${host}:${server.port}`, 'sip', {
    ...(localHost === undefined ? {} : { localAddress: localHost }),
    ...(ca === undefined ? {} : { ca }),
  });
  socket.on('message', (data: Buffer) => receive(data));
  await once(socket, 'open');
  socket.on('error', () => socket.terminate());
  return {
    // RFC 7118 5: a browser does not know its address and gives a name that does not exist.
    local: { host: `${Math.random().toString(36).slice(2, 14)}.invalid`, port: 0 },
    send: (message) => socket.send(Buffer.from(message).toString()),
    pause: () => socket.pause(),
    close: () => socket.terminate(),
  };
}
