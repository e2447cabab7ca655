import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { StreamFramer } from '@ringback/sip';
import WebSocket from 'ws';

/** One socket of a phone to its server. */
export interface PhoneTransport {
  readonly local: { host: string; port: number };
  send(message: Uint8Array): void;
  close(): void;
}

export type PhoneProtocol = 'udp' | 'tcp' | 'ws';

interface Server {
  host: string;
  port: number;
}

type Receive = (message: Uint8Array) => void;

export async function openPhoneTransport(
  protocol: PhoneProtocol,
  server: Server,
  receive: Receive,
): Promise<PhoneTransport> {
  if (protocol === 'udp') return openUdp(server, receive);
  return protocol === 'tcp' ? openTcp(server, receive) : openWs(server, receive);
}

async function openUdp(server: Server, receive: Receive): Promise<PhoneTransport> {
  const socket = createSocket('udp4');
  socket.on('message', receive);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    local: { host: '127.0.0.1', port: socket.address().port },
    send: (message) => socket.send(message, server.port, server.host),
    close: () => socket.close(),
  };
}

async function openTcp(server: Server, receive: Receive): Promise<PhoneTransport> {
  const socket = connect({ host: server.host, port: server.port, noDelay: true });
  const framer = new StreamFramer();
  socket.on('data', (chunk: Buffer) => {
    for (const event of framer.push(chunk)) if (event.kind === 'message') receive(event.bytes);
  });
  await once(socket, 'connect');
  // From here on a server that cuts the connection is the test's subject, not its failure.
  socket.on('error', () => socket.destroy());
  return {
    local: { host: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    send: (message) => void socket.write(message),
    close: () => void socket.destroy(),
  };
}

async function openWs(server: Server, receive: Receive): Promise<PhoneTransport> {
  const socket = new WebSocket(`ws://${server.host}:${server.port}`, 'sip');
  socket.on('message', (data: Buffer) => receive(data));
  await once(socket, 'open');
  socket.on('error', () => socket.terminate());
  return {
    // RFC 7118 5: a browser does not know its address and gives a name that does not exist.
    local: { host: `${Math.random().toString(36).slice(2, 14)}.invalid`, port: 0 },
    send: (message) => socket.send(Buffer.from(message).toString()),
    close: () => socket.terminate(),
  };
}
