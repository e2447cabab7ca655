import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { NgCommand } from '@ringback/rtpengine-ng';
import {
  errorReply,
  isFault,
  type NgDictionary,
  type NgReply,
  readCommand,
  readNgFrame,
  writeNgFrame,
} from '@ringback/rtpengine-ng';
import type { Logger } from '@ringback/runtime';
import { ReplyCache } from './reply-cache.ts';

/** The NG protocol over UDP. */
export class NgServer {
  readonly port: number;
  readonly #socket: Socket;
  readonly #replies = new ReplyCache();
  readonly #handle: (command: NgCommand) => Promise<NgReply>;
  readonly #logger: Logger;

  private constructor(socket: Socket, handle: (command: NgCommand) => Promise<NgReply>, logger: Logger) {
    this.#socket = socket;
    this.#handle = handle;
    this.#logger = logger;
    this.port = socket.address().port;
    socket.on('message', (bytes, from) => {
      this.#receive(bytes, from).catch((error: unknown) => logger.error({ err: error }, 'NG command failed'));
    });
    socket.on('error', (error) => logger.error({ err: error }, 'NG socket failed'));
  }

  /** Throws with `code: 'EADDRINUSE'` and a sentence when the port is taken. */
  static async listen(
    address: { host: string; port: number },
    handle: (command: NgCommand) => Promise<NgReply>,
    logger: Logger,
  ): Promise<NgServer> {
    const socket = createSocket(isIPv6(address.host) ? 'udp6' : 'udp4');
    socket.bind(address.port, address.host);
    try {
      await once(socket, 'listening');
    } catch (error) {
      socket.close();
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE') throw error;
      const message = `NG control port ${address.host}:${address.port} (UDP) is in use by another program`;
      throw Object.assign(new Error(message), { code });
    }
    return new NgServer(socket, handle, logger);
  }

  async #receive(bytes: Buffer, from: RemoteInfo): Promise<void> {
    const frame = readNgFrame(bytes);
    const { cookie } = frame;
    if (cookie === undefined) {
      this.#logger.debug({ from: from.address, bytes: bytes.length }, 'not an NG message');
      return;
    }
    const reply = await this.#replies.get(cookie, performance.now(), async () => {
      const body = isFault(frame) ? errorReply(frame.reason) : await this.#do(frame.body);
      return writeNgFrame(cookie, body, frame.encoding);
    });
    this.#socket.send(reply, from.port, from.address, (error) => {
      if (error) this.#logger.warn({ err: error }, 'NG reply not sent');
    });
  }

  async #do(body: NgDictionary): Promise<NgReply> {
    const read = readCommand(body);
    if (!read.ok) return errorReply(read.reason);
    const { command, notes } = read;
    if (notes.unknown.length > 0) this.#logger.debug(notes, 'NG options that are not known');
    const callId = 'callId' in command ? command.callId : undefined;
    try {
      const reply = await this.#handle(command);
      this.#logger.debug({ command: command.command, callId, result: reply.result }, 'NG');
      if (reply.result === 'error') {
        this.#logger.info({ command: command.command, callId, reason: reply['error-reason'] }, 'NG refused');
      }
      return reply;
    } catch (error) {
      this.#logger.error({ err: error, command: command.command, callId }, 'NG command failed');
      return errorReply('Internal error');
    }
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}
