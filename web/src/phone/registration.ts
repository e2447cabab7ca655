import { troubleOf } from '../api/problem-error.ts';
import { accountOf, claimSession } from './credentials.ts';
import { type LineEffect, type LineInput, type LineState, stepLine } from './line-state.ts';
import { renewalDelayMs } from './renewal.ts';
import type { LineAccount, OpenSipLine, SipLine, SipLineEvent } from './sip-line.ts';

export type CallLineEvent = Exclude<SipLineEvent, LineInput>;

export interface RegistrationListener {
  changed(state: LineState): void;
  /** News of the line's call. */
  heard(event: CallLineEvent): void;
}

/** The shell of `LineState`: gets a number and credentials, registers with them, and renews both. */
export class Registration {
  #state: LineState = { kind: 'claiming' };
  #line: SipLine | null = null;
  #number: string | null = null;
  #claimTimer: number | undefined;
  #registerTimer: number | undefined;
  readonly #openLine: OpenSipLine;
  readonly #listener: RegistrationListener;

  constructor(openLine: OpenSipLine, listener: RegistrationListener) {
    this.#openLine = openLine;
    this.#listener = listener;
  }

  /** Null until credentials have come. */
  get line(): SipLine | null {
    return this.#line;
  }

  start(): void {
    void this.#claim();
  }

  stop(): void {
    window.clearTimeout(this.#claimTimer);
    window.clearTimeout(this.#registerTimer);
    this.#line?.stop();
  }

  #input(input: LineInput): void {
    const { state, effects } = stepLine(this.#state, input, Date.now());
    if (state !== this.#state) this.#listener.changed(state);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: LineEffect): void {
    switch (effect.kind) {
      case 'claim':
        this.#claimLater(effect.afterMs);
        return;
      case 'register':
        window.clearTimeout(this.#registerTimer);
        this.#registerTimer = window.setTimeout(() => this.#line?.register(), effect.afterMs);
        return;
      default: {
        const never: never = effect;
        throw new Error(`Unknown effect ${JSON.stringify(never)}`);
      }
    }
  }

  #claimLater(afterMs: number): void {
    window.clearTimeout(this.#claimTimer);
    this.#claimTimer = window.setTimeout(() => void this.#claim(), afterMs);
  }

  /** Gets credentials, now and again before they expire. */
  async #claim(): Promise<void> {
    try {
      const session = await claimSession();
      this.#claimLater(renewalDelayMs(session.expiresAt, Date.now()));
      await this.#use(accountOf(session));
    } catch (error) {
      this.#input({ kind: 'claim-failed', trouble: troubleOf(error), retrying: true });
    }
  }

  async #use(account: LineAccount): Promise<void> {
    const wasFailed = this.#state.kind === 'failed';
    this.#input({ kind: 'claimed', number: account.number, displayName: account.displayName });
    if (this.#line && this.#number === account.number) {
      this.#line.renew(account);
      if (wasFailed) this.#line.register();
      return;
    }
    this.#line?.stop();
    this.#number = account.number;
    this.#line = await this.#openLine(account, (event) => this.#heard(event));
    this.#line.start();
  }

  #heard(event: SipLineEvent): void {
    switch (event.kind) {
      case 'connecting':
      case 'disconnected':
      case 'registered':
      case 'refused':
        this.#input(event);
        return;
      default:
        this.#listener.heard(event);
    }
  }
}
