import { createSocket } from 'node:dgram';
import { type EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { StreamFramer } from '@ringback/sip';
import WebSocket from 'ws';

export type RawTransport = 'udp' | 'tcp' | 'ws';

/** A socket to the server for bytes that need not be SIP. */
export interface RawPeer {
  /** What the server sent, one text for each message. */
  readonly heard: string[];
  readonly closed: boolean;
  readonly port: number;
  send(bytes: Uint8Array): void;
  /** The next status line that begins so. @throws Error when none comes in time. */
  hear(start: string): Promise<string>;
  close(): void;
}

/** @param from the peer's own address, one of loopback */
export async function rawPeer(transport: RawTransport, port: number, from = '127.0.0.1'): Promise<RawPeer> {
  if (transport === 'udp') return udpPeer(port, from);
  return transport === 'tcp' ? tcpPeer(port, from) : wsPeer(port, from);
}

abstract class Peer implements RawPeer {
  readonly heard: string[] = [];
  closed = false;
  abstract readonly port: number;
  abstract send(bytes: Uint8Array): void;
  abstract close(): void;

  async hear(start: string): Promise<string> {
    for (let turn = 0; turn < 1000; turn++) {
      const message = this.heard.find((text) => text.startsWith(start));
      if (message !== undefined) return message;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`no ${start}; heard ${JSON.stringify(this.heard.map((text) => text.split('\r\n')[0]))}`);
  }
}

async function udpPeer(port: number, from: string): Promise<RawPeer> {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  class UdpPeer extends Peer {
    readonly port = socket.address().port;
    send(bytes: Uint8Array) {
      socket.send(bytes, port, '127.0.0.1');
    }
    close() {
      if (!this.closed) socket.close();
      this.closed = true;
    }
  }
  const peer = new UdpPeer();
  socket.on('message', (bytes) => peer.heard.push(bytes.toString('utf8')));
  return peer;
}

async function tcpPeer(port: number, from: string): Promise<RawPeer> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true });
  const framer = new StreamFramer();
  class TcpPeer extends Peer {
    port = 0;
    send(bytes: Uint8Array) {
      if (socket.writable) socket.write(bytes);
    }
    close() {
      socket.destroy();
    }
  }
  const peer = new TcpPeer();
  socket.on('data', (chunk: Buffer) => {
    for (const event of framer.push(chunk))
      peer.heard.push(event.kind === 'message' ? Buffer.from(event.bytes).toString('utf8') : event.kind);
  });
  // A server that cuts the connection is the test's subject.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    peer.closed = true;
  });
  await openOrClosed(socket, 'connect');
  peer.port = socket.localPort ?? 0;
  return peer;
}

const openOrClosed = (socket: EventEmitter, opened: string) =>
  new Promise<void>((resolve) => {
    for (const event of [opened, 'close']) socket.once(event, () => resolve());
  });

async function wsPeer(port: number, from: string): Promise<RawPeer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'sip', { localAddress: from });
  class WsPeer extends Peer {
    readonly port = 0;
    send(bytes: Uint8Array) {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes, { binary: true });
    }
    close() {
      socket.terminate();
    }
  }
  const peer = new WsPeer();
  socket.on('message', (bytes: Buffer) => peer.heard.push(bytes.toString('utf8')));
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    peer.closed = true;
  });
  await openOrClosed(socket, 'open');
  return peer;
}
