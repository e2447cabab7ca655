import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  type ApplicationMessage,
  decodeApplicationMessage,
  encodeServerMessage,
  FrameReader,
  type Reply,
  type ServerMessage,
} from '@ringback/drachtio-wire';
import type { Logger } from '@ringback/runtime';
import type { Clock } from '../clock.ts';
import type { Meter } from '../core/meter.ts';
import type { Limits } from '../limits.ts';
import { VERSION } from '../version.ts';
import type { Application, CommandHandler } from './connection.ts';
import { FrameWriter } from './frame-writer.ts';
import { isSecret } from './secret.ts';

export interface ConnectionSettings {
  secret: string;
  hostports: string[];
  localHostports: string[];
  /** Seconds between TCP keep-alive probes; 0 for none. */
  keepAliveSec: number;
  handler: CommandHandler;
  limits: Limits;
  clock: Clock;
  meter: Meter;
  logger: Logger;
}

/** What whoever opened the connection is told of it. */
export interface ConnectionEvents {
  /** The secret was right. Undefined lets it in; a text refuses it. */
  authenticated?(connection: ApplicationConnection): string | undefined;
  /** What has to follow the answer to `authenticate`. */
  ready?(connection: ApplicationConnection): void;
  closed?(connection: ApplicationConnection): void;
}

/** Who does not show the secret by then is not one of ours; nor who does not read why it was refused. */
const PATIENCE_MS = 10_000;
/** While so much of what it was told lies unread, nothing more is read of what it asks for. */
const UNREAD_BYTES = 1024 * 1024;

/** One connection of an application: frames in, commands out. */
export class ApplicationConnection implements Application {
  readonly id = randomUUID();
  tags: readonly string[] = [];
  readonly #socket: Socket;
  readonly #settings: ConnectionSettings;
  readonly #events: ConnectionEvents;
  readonly #reader = new FrameReader();
  readonly #writer: FrameWriter;
  #cancelDeadline: () => void;
  /** Commands that wait for something, such as the address of a name. */
  #open = 0;
  #authenticated = false;
  #closed = false;

  constructor(socket: Socket, settings: ConnectionSettings, events: ConnectionEvents = {}) {
    this.#socket = socket;
    this.#writer = new FrameWriter(socket, () => this.#pace());
    this.#settings = settings;
    this.#events = events;
    socket.setNoDelay(true);
    if (settings.keepAliveSec > 0) socket.setKeepAlive(true, settings.keepAliveSec * 1000);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('drain', () => this.#pace());
    socket.on('error', (error) => settings.logger.debug({ err: error }, 'application connection'));
    socket.on('close', () => this.#close());
    this.#cancelDeadline = this.#closeLater();
  }

  get closed(): boolean {
    return this.#closed;
  }

  get authenticated(): boolean {
    return this.#authenticated;
  }

  tell(message: ServerMessage): void {
    if (this.#closed || !this.#socket.writable) return;
    if (this.#writer.unsentBytes > this.#settings.limits.applicationQueueBytes) {
      this.#settings.logger.error({ application: this.id }, 'an application does not read; dropped');
      this.#socket.destroy();
      return;
    }
    this.#settings.meter.frame('out');
    this.#writer.write(encodeServerMessage(randomUUID(), message));
    this.#pace();
  }

  reply(requestId: string, reply: Reply): void {
    this.tell({ kind: 'response', requestId, reply });
  }

  end(): void {
    this.#writer.flush();
    this.#socket.destroy();
  }

  #receive(chunk: Uint8Array): void {
    const { frames, error } = this.#reader.push(chunk);
    for (const frame of frames) {
      if (this.#closed || !this.#socket.writable) return;
      this.#settings.meter.frame('in');
      const decoded = decodeApplicationMessage(frame);
      if (decoded.ok) this.#obey(decoded.message);
      else this.#refuse(decoded.id, decoded.reason);
    }
    if (error) {
      this.#settings.logger.warn({ application: this.id, code: error.code }, 'application sent garbage');
      this.#socket.destroy();
    }
  }

  #obey(message: ApplicationMessage): void {
    const { handler } = this.#settings;
    if (message.command === 'authenticate') {
      this.#authenticate(message);
      return;
    }
    if (message.command === 'unknown') {
      this.#refuse(message.id, 'Unknown message type');
      return;
    }
    // The reference server takes commands before the secret; here nothing works without it.
    if (!this.#authenticated) {
      this.#refuse(message.id, 'not authenticated');
      return;
    }
    switch (message.command) {
      case 'ping':
        this.reply(message.id, { result: 'pong' });
        return;
      case 'route':
        handler.route(this, message.verb);
        this.reply(message.id, { result: 'ok' });
        return;
      case 'remove_route':
        handler.removeRoute(this, message.verb);
        this.reply(message.id, { result: 'ok' });
        return;
      case 'sip':
        this.#count(handler.sip(this, message));
        return;
      case 'proxy':
        handler.proxy(this, message);
        return;
      default:
        message satisfies never;
        return;
    }
  }

  #authenticate({ id, secret, tags }: Extract<ApplicationMessage, { command: 'authenticate' }>): void {
    const { hostports, localHostports, logger } = this.#settings;
    if (!isSecret(secret, this.#settings.secret)) {
      logger.warn({ application: this.id }, 'application gave a wrong secret');
      this.#refuse(id, 'incorrect secret');
      return;
    }
    const refusal = this.#authenticated ? undefined : this.#events.authenticated?.(this);
    if (refusal !== undefined) {
      this.#refuse(id, refusal);
      return;
    }
    const first = !this.#authenticated;
    this.#authenticated = true;
    this.tags = tags;
    this.#cancelDeadline();
    this.reply(id, { result: 'authenticated', hostports, version: VERSION, localHostports });
    if (first) this.#events.ready?.(this);
  }

  /** Command-level refusals end the connection. */
  #refuse(requestId: string, reason: string): void {
    this.reply(requestId, { result: 'no', reason });
    this.#writer.flush();
    this.#socket.destroySoon();
    this.#cancelDeadline();
    this.#cancelDeadline = this.#closeLater();
  }

  #closeLater(): () => void {
    return this.#settings.clock.after(PATIENCE_MS, () => this.#socket.destroy());
  }

  #count(done: Promise<void>): void {
    this.#open += 1;
    this.#pace();
    void done.then(() => {
      this.#open -= 1;
      this.#pace();
    });
  }

  /** Reads only while we keep up with its commands and it with our frames: TCP makes it wait otherwise. */
  #pace(): void {
    const { openCommands } = this.#settings.limits;
    const behind = this.#open >= openCommands || this.#writer.unsentBytes > UNREAD_BYTES;
    if (behind === this.#socket.isPaused()) return;
    if (behind) this.#socket.pause();
    else this.#socket.resume();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelDeadline();
    this.#events.closed?.(this);
    this.#settings.handler.gone(this);
  }
}
