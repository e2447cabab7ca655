import type { Core } from '../core/core.ts';
import type { Outgoing } from '../core/transaction-table.ts';
import { cancelInvite } from './cancel-invite.ts';

const TIMED_OUT = [{ name: 'Reason', value: 'SIP;cause=408;text="Request Timeout"' }];

/**
 * An INVITE whose peer rings waits without end (RFC 3261 17.1.1.2), and a peer that is gone never says so. But a callee
 * that still rings repeats that every minute (13.3.1.1): one that has said nothing for `limits.ringingMs` is called off.
 */
export class RingLimit {
  readonly #core: Core;
  readonly #outgoing: Outgoing;
  #heardMs = 0;
  #cancel: (() => void) | undefined;
  #reached = false;

  constructor(core: Core, outgoing: Outgoing) {
    this.#core = core;
    this.#outgoing = outgoing;
  }

  /** Whether the INVITE was called off for it, and not by its application. */
  get reached(): boolean {
    return this.#reached;
  }

  /** A provisional response came. */
  renew(): void {
    const { clock, limits } = this.#core;
    this.#heardMs = clock.nowMs();
    this.#cancel ??= clock.after(limits.ringingMs, () => this.#check());
  }

  stop(): void {
    this.#cancel?.();
  }

  #check(): void {
    const { clock, limits } = this.#core;
    const leftMs = this.#heardMs + limits.ringingMs - clock.nowMs();
    if (leftMs > 0) {
      this.#cancel = clock.after(leftMs, () => this.#check());
      return;
    }
    this.#reached = !this.#outgoing.cancelled;
    cancelInvite(this.#core, this.#outgoing, TIMED_OUT);
  }
}

/** Of an application's INVITE; that of the server itself, or of a proxied one, has a limit of its own. */
export function ringLimitOf(core: Core, outgoing: Outgoing): RingLimit | undefined {
  const isInvite = outgoing.transaction.request.method === 'INVITE';
  return isInvite && outgoing.application ? new RingLimit(core, outgoing) : undefined;
}
