import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { PartHealth, SipMessageRecord } from '@ringback/contracts';
import { decodeHep } from '@ringback/hep';
import { type Bus, type Clock, ConfigError, type Logger } from '@ringback/runtime';
import type { Store } from '@ringback/store';
import { uuidv7 } from 'uuidv7';
import type { HepOutcome } from '../metrics.ts';
import { MessageJoiner, type Outcome } from './message-joiner.ts';
import { MessageWriter } from './message-writer.ts';
import { capturedMessage, type OwnAddresses } from './sip-record.ts';

export interface HepCollectorOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly sipServer: OwnAddresses;
  readonly store: Pick<Store, 'calls' | 'messages'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Hears of every message as soon as it is known whether it belongs to a call. */
  onMessage(message: SipMessageRecord): void;
  count(outcome: HepOutcome): void;
}

const EXPIRY_EVERY_MS = 5000;
/** A call set-up is a burst; the kernel keeps what this thread has no time for yet. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Takes the SIP server's mirror of its messages (HEPv3 over UDP), joins them to calls, stores and tells them. */
export class HepCollector {
  readonly #options: HepCollectorOptions;
  readonly #socket: Socket;
  readonly #joiner = new MessageJoiner();
  readonly #writer: MessageWriter;
  readonly #stop: () => void;
  readonly #expiry: NodeJS.Timeout;
  #received = 0;

  private constructor(options: HepCollectorOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    this.#writer = new MessageWriter(options.store.messages, options.logger);
    this.#stop = options.bus.subscribe('network.event', (event) => {
      if ('leg' in event) this.#perform(this.#joiner.leg(event.leg.sipCallId, event.leg));
    });
    this.#expiry = setInterval(
      () => this.#perform(this.#joiner.expire(options.clock.nowMs())),
      EXPIRY_EVERY_MS,
    );
    socket.on('message', (bytes) => this.#hear(bytes));
    socket.on('error', (error) => options.logger.error({ err: error }, 'hep collector'));
  }

  /** @throws ConfigError when the port is taken. */
  static async start(options: HepCollectorOptions): Promise<HepCollector> {
    const socket = createSocket({ type: isIPv6(options.host) ? 'udp6' : 'udp4' });
    socket.bind(options.port, options.host);
    try {
      await once(socket, 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      const taken = `UDP port ${options.port} of ${options.host} is in use; stop what uses it or set another port`;
      throw new ConfigError('RINGBACK_HEP_PORT', taken);
    }
    enlargeBuffer(socket, options.logger);
    return new HepCollector(options, socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Stores what is not stored yet, so that a reader of the records gets all of it. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  health(): PartHealth {
    const detail = `HEPv3 on UDP ${this.#options.host}:${this.port}, ${this.#received} packets so far`;
    return { part: 'capture', state: 'up', mode: 'embedded', detail };
  }

  async close(): Promise<void> {
    clearInterval(this.#expiry);
    this.#stop();
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
    await this.#writer.close();
  }

  #hear(bytes: Uint8Array): void {
    this.#received += 1;
    const result = decodeHep(bytes);
    const captured = result.ok ? capturedMessage(result.packet, this.#options.sipServer, uuidv7()) : null;
    if (!captured) {
      this.#options.count('unreadable');
      return;
    }
    const { record, opensDialog } = captured;
    this.#perform(this.#joiner.message(record, opensDialog, this.#options.clock.nowMs()));
  }

  #perform(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.kind === 'look-up') void this.#lookUp(outcome.sipCallId);
      else this.#tell(outcome.message);
    }
  }

  #tell(message: SipMessageRecord): void {
    this.#options.count(message.callId === null ? 'unjoined' : 'joined');
    if (message.callId !== null) this.#writer.add(message);
    this.#options.onMessage(message);
  }

  async #lookUp(sipCallId: string): Promise<void> {
    try {
      const leg = await this.#options.store.calls.legBySipCallId(sipCallId);
      if (leg) this.#perform(this.#joiner.leg(sipCallId, leg));
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'a captured message cannot be joined to its call');
    }
  }
}

/** The system may allow less than is asked for; that is no reason not to start. */
function enlargeBuffer(socket: Socket, logger: Logger): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch (error) {
    logger.debug({ err: error }, 'hep collector keeps the usual receive buffer');
  }
}
