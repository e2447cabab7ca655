import type { Socket } from 'node:net';
import { NgStreamReader } from '@ringback/rtpengine-ng';
import type { Logger } from '@ringback/runtime';
import type { NgExchange } from '../ng-exchange.ts';

/** A message that takes longer than this to arrive never will. */
const MESSAGE_LIMIT_MS = 10_000;
/** Commands of one connection at once; more wait in the socket. */
const MAX_RUNNING = 64;
/** Replies that the other side does not read. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** One client of the NG protocol over TCP. Between messages it may be silent for as long as it likes. */
export class TcpConnection {
  /** How many it has sent. */
  commands = 0;
  readonly #socket: Socket;
  readonly #from: string;
  readonly #exchange: NgExchange;
  readonly #logger: Logger;
  readonly #reader = new NgStreamReader();
  #running = 0;
  /** When the message that is not complete yet began. */
  #beganMs: number | undefined;

  constructor(socket: Socket, exchange: NgExchange, logger: Logger) {
    this.#socket = socket;
    this.#from = socket.remoteAddress ?? 'unknown';
    this.#exchange = exchange;
    this.#logger = logger;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => logger.debug({ err: error, from: this.#from }, 'NG connection failed'));
  }

  #receive(chunk: Buffer): void {
    const messages = this.#reader.push(chunk);
    if (messages.length > 0 || this.#reader.idle) this.#beganMs = undefined;
    if (!this.#reader.idle) this.#beganMs ??= performance.now();
    for (const message of messages) void this.#answer(message);
    if (this.#reader.fault !== undefined) this.close(this.#reader.fault);
  }

  async #answer(message: Uint8Array): Promise<void> {
    this.commands++;
    if (++this.#running === MAX_RUNNING) this.#socket.pause();
    const reply = await this.#exchange.answer(message, this.#from);
    if (this.#running-- === MAX_RUNNING) this.#socket.resume();
    if (!reply || !this.#socket.writable) return;
    this.#socket.write(reply);
    if (this.#socket.writableLength > MAX_UNREAD_BYTES)
      this.#socket.destroy(new Error('replies are not read'));
  }

  /** To be called each second. */
  check(nowMs: number): void {
    if (this.#beganMs === undefined || this.#running >= MAX_RUNNING) return;
    if (nowMs - this.#beganMs > MESSAGE_LIMIT_MS) this.close('half a message');
  }

  close(reason: string): void {
    if (this.#socket.destroyed) return;
    this.#logger.info({ from: this.#from, reason }, 'NG connection closed');
    // What was answered still goes out.
    this.#socket.destroySoon();
  }
}
