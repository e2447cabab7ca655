import type { SipResponse } from '@ringback/sip';
import { headers, serializeMessage } from '@ringback/sip';
import type { TransactionEnvironment } from '../transaction/environment.ts';
import type { Flow } from '../transport/flow.ts';

/**
 * Our 2xx to an INVITE until its ACK comes (RFC 3261 13.3.1.4): sent again at T1, doubling up to T2, and given up
 * after 64*T1. Over a reliable transport it is repeated only when a proxy stands between, whose other side may lose it.
 */
export class Acceptance {
  readonly sequence: number;
  readonly #environment: TransactionEnvironment;
  readonly #flow: Flow;
  readonly #response: SipResponse;
  #cancelRepeat: (() => void) | undefined;
  readonly #cancelDeadline: () => void;

  constructor(
    response: SipResponse,
    sequence: number,
    flow: Flow,
    environment: TransactionEnvironment,
    onNoAck: () => void,
  ) {
    const { t1 } = environment.timing;
    this.sequence = sequence;
    this.#environment = environment;
    this.#flow = flow;
    this.#response = response;
    if (!flow.reliable || headers(response, 'Via').length > 1) this.#repeatAfter(t1);
    this.#cancelDeadline = environment.clock.after(64 * t1, () => {
      this.stop();
      onNoAck();
    });
  }

  /** The ACK is here, or the dialog is over. */
  stop(): void {
    this.#cancelRepeat?.();
    this.#cancelDeadline();
  }

  #repeatAfter(intervalMs: number): void {
    const { clock, timing } = this.#environment;
    this.#cancelRepeat = clock.after(intervalMs, () => {
      this.#flow.send(serializeMessage(this.#response));
      this.#repeatAfter(Math.min(intervalMs * 2, timing.t2));
    });
  }
}
