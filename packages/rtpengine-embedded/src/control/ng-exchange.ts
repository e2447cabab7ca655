import {
  errorReply,
  isFault,
  type NgCommand,
  type NgDictionary,
  type NgReply,
  readCommand,
  readNgFrame,
  writeNgFrame,
} from '@ringback/rtpengine-ng';
import type { Logger } from '@ringback/runtime';
import { ControlCounts } from './control-counts.ts';
import { NoteLog } from './note-log.ts';
import { ReplyCache } from './reply-cache.ts';

/** Commands being done at once, over all transports: far more than clients have on their way when all is well. */
const MAX_RUNNING = 2048;

export type CommandHandler = (command: NgCommand) => Promise<NgReply>;

/** What happens to a message of a client, whichever transport brought it. */
export class NgExchange {
  readonly #replies = new ReplyCache();
  readonly #counts = new ControlCounts();
  readonly #notes: NoteLog;
  readonly #handle: CommandHandler;
  readonly #logger: Logger;
  #running = 0;

  constructor(handle: CommandHandler, logger: Logger) {
    this.#handle = handle;
    this.#logger = logger;
    this.#notes = new NoteLog(logger);
  }

  /** The reply, written as the command was; `undefined` to a message without a cookie. Never rejects. */
  async answer(message: Uint8Array, from: string): Promise<Uint8Array | undefined> {
    const frame = readNgFrame(message);
    const { cookie, encoding } = frame;
    if (cookie === undefined) {
      this.#logger.debug({ from, bytes: message.length }, 'not an NG message');
      return undefined;
    }
    const write = (reply: NgReply) => writeNgFrame(cookie, reply, encoding);
    const known = this.#replies.find(cookie, performance.now());
    if (known) return known;
    // Not kept: the client may ask again.
    if (this.#running >= MAX_RUNNING) return write(errorReply('Too many commands are being done'));
    const reply = isFault(frame) ? Promise.resolve(errorReply(frame.reason)) : this.#do(frame.body, from);
    return this.#replies.keep(cookie, reply.then(write), performance.now());
  }

  async #do(body: NgDictionary, from: string): Promise<NgReply> {
    const read = readCommand(body);
    if (!read.ok) {
      this.#counts.refused(from);
      return errorReply(read.reason);
    }
    this.#notes.log(read.command, read.notes);
    const beganMs = performance.now();
    const reply = await this.#handled(read.command);
    if (reply.result === 'error') this.#counts.refused(from);
    else this.#counts.done(from, read.command.command, performance.now() - beganMs);
    if (!('statistics' in reply)) return reply;
    return { ...reply, statistics: { ...reply.statistics, controlstatistics: this.#counts.describe() } };
  }

  async #handled(command: NgCommand): Promise<NgReply> {
    const what = { command: command.command, callId: 'callId' in command ? command.callId : undefined };
    this.#running++;
    try {
      const reply = await this.#handle(command);
      this.#logger.debug({ ...what, result: reply.result }, 'NG');
      if (reply.result === 'error')
        this.#logger.info({ ...what, reason: reply['error-reason'] }, 'NG refused');
      return reply;
    } catch (error) {
      this.#logger.error({ err: error, ...what }, 'NG command failed');
      return errorReply('Internal error');
    } finally {
      this.#running--;
    }
  }
}
