import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { decodeServerFrame, encodeFrame, FrameReader, type ServerFrame } from '@ringback/drachtio-wire';
import { Inbox } from '@ringback/testing';
import { SECRET } from './network.ts';

/** A connection to the port for applications that says only what a test tells it. */
export class RawApplication {
  readonly socket: Socket;
  readonly #inbox = new Inbox<ServerFrame>((frame) => [frame.command, ...frame.tokens].join('|'));

  private constructor(socket: Socket) {
    this.socket = socket;
    const reader = new FrameReader();
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk).frames) this.#inbox.put(decodeServerFrame(frame));
    });
  }

  static async connect(port: number): Promise<RawApplication> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new RawApplication(socket);
  }

  /** One that has shown the secret. */
  static async authenticated(port: number, tags = ''): Promise<RawApplication> {
    const application = await RawApplication.connect(port);
    await application.ask(`0|authenticate|${SECRET}|${tags}`);
    return application;
  }

  send(leader: string, sip?: string): void {
    this.socket.write(encodeFrame(leader, sip === undefined ? undefined : new TextEncoder().encode(sip)));
  }

  /** The next frame of the server. */
  next(): Promise<ServerFrame> {
    return this.#inbox.take('frame', () => true);
  }

  ask(leader: string, sip?: string): Promise<ServerFrame> {
    this.send(leader, sip);
    return this.next();
  }

  async closed(): Promise<void> {
    if (!this.socket.closed) await once(this.socket, 'close');
  }
}
