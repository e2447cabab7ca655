import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { PartHealth, RtcpReport, SipMessageRecord } from '@ringback/contracts';
import { decodeHep, type HepPacket } from '@ringback/hep';
import { type Bus, type Clock, ConfigError, type Logger } from '@ringback/runtime';
import type { Store } from '@ringback/store';
import { uuidv7 } from 'uuidv7';
import type { HepOutcome } from '../metrics.ts';
import { MessageJoiner, type Outcome } from './message-joiner.ts';
import { RecordWriter } from './record-writer.ts';
import { capturedReport, isRtcpCapture } from './rtcp-record.ts';
import { capturedMessage, type OwnAddresses } from './sip-record.ts';
import { Thinning } from './thinning.ts';

export interface HepCollectorOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly sipServer: OwnAddresses;
  /** Keys in INFO are not kept. */
  readonly maskDtmf?: boolean;
  readonly store: Pick<Store, 'calls' | 'messages' | 'reports'>;
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

/**
 * Takes the SIP server's mirror of its messages and the media server's of its RTCP (HEPv3 over UDP), joins both to
 * calls, stores them, and tells the messages.
 */
export class HepCollector {
  readonly #options: HepCollectorOptions;
  readonly #socket: Socket;
  readonly #joiner = new MessageJoiner();
  readonly #messages: RecordWriter<SipMessageRecord>;
  readonly #reports: RecordWriter<RtcpReport>;
  readonly #thinning = new Thinning();
  readonly #stop: () => void;
  readonly #expiry: NodeJS.Timeout;
  #received = 0;

  private constructor(options: HepCollectorOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    this.#messages = new RecordWriter(options.store.messages, 'SIP messages', options.logger);
    this.#reports = new RecordWriter(options.store.reports, 'RTCP reports', options.logger);
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
  async flush(): Promise<void> {
    await Promise.all([this.#messages.flush(), this.#reports.flush()]);
  }

  health(): PartHealth {
    const detail = `HEPv3 on UDP ${this.#options.host}:${this.port}, ${this.#received} packets so far`;
    return { part: 'capture', state: 'up', mode: 'embedded', detail };
  }

  async close(): Promise<void> {
    clearInterval(this.#expiry);
    this.#stop();
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
    await Promise.all([this.#messages.close(), this.#reports.close()]);
  }

  #hear(bytes: Uint8Array): void {
    this.#received += 1;
    const result = decodeHep(bytes);
    if (!result.ok) this.#options.count('unreadable');
    else if (isRtcpCapture(result.packet)) this.#hearReport(result.packet);
    else this.#hearMessage(result.packet);
  }

  #hearMessage(packet: HepPacket): void {
    const { sipServer, maskDtmf } = this.#options;
    const captured = capturedMessage(packet, sipServer, uuidv7(), maskDtmf);
    if (!captured) {
      this.#options.count('unreadable');
      return;
    }
    const { record, opensDialog } = captured;
    this.#perform(this.#joiner.message(record, opensDialog, this.#options.clock.nowMs()));
  }

  /** Media flows only once the leg of its exchange is known; what belongs to none is of somebody else's call. */
  #hearReport(packet: HepPacket): void {
    const captured = capturedReport(packet, uuidv7());
    if (!captured) {
      this.#options.count('unreadable');
      return;
    }
    const leg = this.#joiner.legOf(captured.correlationId);
    this.#options.count(leg ? 'joined' : 'unjoined');
    if (!leg || !this.#thinning.keeps(leg.callId)) return;
    this.#reports.add({ ...captured.report, callId: leg.callId, legId: leg.id });
  }

  #perform(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.kind === 'look-up') void this.#lookUp(outcome.sipCallId);
      else this.#tell(outcome.message);
    }
  }

  #tell(message: SipMessageRecord): void {
    this.#options.count(message.callId === null ? 'unjoined' : 'joined');
    if (message.callId !== null) this.#messages.add(message);
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
