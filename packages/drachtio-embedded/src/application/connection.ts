import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  type ApplicationMessage,
  decodeApplicationMessage,
  encodeServerMessage,
  FrameReader,
  type ProxyCommand,
  type Reply,
  type ServerMessage,
  type SipCommand,
} from '@ringback/drachtio-wire';
import type { Logger } from '@ringback/runtime';
import type { Clock } from '../clock.ts';

/** An application as the SIP side sees it. */
export interface Application {
  readonly id: string;
  readonly closed: boolean;
  /** Sends one frame; on a closed connection it is dropped. The server's message id is made here. */
  tell(message: WithoutId): void;
  /** Answers one of its frames. */
  reply(requestId: string, reply: Reply): void;
  /** Ends the connection. */
  end(): void;
}

type OmitId<M> = M extends ServerMessage ? Omit<M, 'id'> : never;
type WithoutId = OmitId<ServerMessage>;

/** What an application may ask for once it has shown the secret. */
export interface CommandHandler {
  route(application: Application, verb: string): void;
  removeRoute(application: Application, verb: string): void;
  sip(application: Application, command: SipCommand): void;
  proxy(application: Application, command: ProxyCommand): void;
  gone(application: Application): void;
}

export interface ConnectionSettings {
  secret: string;
  hostports: string[];
  localHostports: string[];
  handler: CommandHandler;
  clock: Clock;
  logger: Logger;
}

/** drachtio-srf pings only a server whose version reads `v<major>.<minor>.<patch>` and is at least v0.8.2. */
const VERSION = 'v0.9.2';
/** An application that does not read is dropped rather than stored. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/** Who does not show the secret by then is not one of ours. */
const AUTHENTICATION_MS = 10_000;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** One connection of an application: frames in, commands out. */
export class ApplicationConnection implements Application {
  readonly id = randomUUID();
  readonly #socket: Socket;
  readonly #settings: ConnectionSettings;
  readonly #reader = new FrameReader();
  readonly #cancelDeadline: () => void;
  #authenticated = false;
  #closed = false;

  constructor(socket: Socket, settings: ConnectionSettings) {
    this.#socket = socket;
    this.#settings = settings;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 45_000);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => settings.logger.debug({ err: error }, 'application connection'));
    socket.on('close', () => this.#close());
    this.#cancelDeadline = settings.clock.after(AUTHENTICATION_MS, () => socket.destroy());
  }

  get closed(): boolean {
    return this.#closed;
  }

  get authenticated(): boolean {
    return this.#authenticated;
  }

  tell(message: WithoutId): void {
    if (this.#closed || !this.#socket.writable) return;
    if (this.#socket.writableLength > MAX_QUEUED_BYTES) {
      this.#settings.logger.error({ application: this.id }, 'an application does not read; dropped');
      this.#socket.destroy();
      return;
    }
    this.#socket.write(encodeServerMessage({ ...message, id: randomUUID() }));
  }

  end(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Uint8Array): void {
    const { frames, error } = this.#reader.push(chunk);
    for (const frame of frames) {
      if (this.#closed) return;
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
      this.#authenticate(message.id, message.secret);
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
        handler.sip(this, message);
        return;
      case 'proxy':
        handler.proxy(this, message);
        return;
      default:
        message satisfies never;
        return;
    }
  }

  #authenticate(requestId: string, secret: string): void {
    const { hostports, localHostports } = this.#settings;
    // Digests have one length, so that the comparison takes the same time whatever was sent.
    if (!timingSafeEqual(digest(secret), digest(this.#settings.secret))) {
      this.#settings.logger.warn({ application: this.id }, 'application gave a wrong secret');
      this.#refuse(requestId, 'incorrect secret');
      return;
    }
    this.#authenticated = true;
    this.#cancelDeadline();
    this.reply(requestId, { result: 'authenticated', hostports, version: VERSION, localHostports });
  }

  reply(requestId: string, reply: Reply): void {
    this.tell({ kind: 'response', requestId, reply });
  }

  /** Command-level refusals end the connection. */
  #refuse(requestId: string, reason: string): void {
    this.reply(requestId, { result: 'no', reason });
    this.#socket.end();
    this.#socket.destroySoon();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelDeadline();
    this.#settings.handler.gone(this);
  }
}
