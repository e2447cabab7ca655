import {
  header,
  parseCSeq,
  type RAck,
  type ReliableServerEffect,
  type ReliableServerInput,
  type ReliableTimer,
  reliableServer,
  type SipResponse,
  serializeMessage,
} from '@ringback/sip';
import type { TransactionEnvironment } from '../transaction/environment.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';
import { TimerSet } from '../transaction/timer-set.ts';

/** RFC 3262 3: a random first number leaves room for all that follow. */
const firstRSeq = () => 1 + Math.floor(Math.random() * 0x7fff_0000);

/** Our reliable provisional responses to one INVITE: the machine of RFC 3262 3 on a transaction and a clock. */
export class ReliableProvisional {
  readonly #transaction: ServerTransaction;
  readonly #environment: TransactionEnvironment;
  readonly #timers: TimerSet<ReliableTimer>;
  readonly #onExpire: () => void;
  #held: (() => void)[] = [];
  #state;

  constructor(transaction: ServerTransaction, environment: TransactionEnvironment, onExpire: () => void) {
    const sequence = parseCSeq(header(transaction.request, 'CSeq') ?? '')?.sequence ?? 0;
    this.#transaction = transaction;
    this.#environment = environment;
    this.#timers = new TimerSet(environment.clock);
    this.#onExpire = onExpire;
    this.#state = reliableServer.start(sequence, firstRSeq());
  }

  isOf(transaction: ServerTransaction): boolean {
    return this.#transaction === transaction;
  }

  /** Sends it, or queues it behind one that has no PRACK yet. Returns it with its RSeq; undefined when it comes too late. */
  send(response: SipResponse): SipResponse | undefined {
    const effects = this.#give({ kind: 'provisional', response });
    const taken = effects.find((effect) => effect.kind === 'send' || effect.kind === 'queued');
    this.#perform(effects);
    return taken?.response;
  }

  /** Whether a final response must wait for a PRACK; `again` is called when it may be tried again. */
  holds(status: number, again: () => void): boolean {
    const effects = this.#give({ kind: 'final', status });
    this.#perform(effects);
    const isHeld = effects.some((effect) => effect.kind === 'hold');
    if (isHeld) this.#held.push(again);
    return isHeld;
  }

  /** Undefined when the PRACK acknowledges nothing. Returns what is to be done once the application has seen it. */
  acknowledge(rack: RAck | undefined): (() => void) | undefined {
    const effects = this.#give({ kind: 'prack', rack });
    if (!effects.some((effect) => effect.kind === 'acknowledged')) return undefined;
    return () => {
      this.#perform(effects);
      this.#release();
    };
  }

  /** The INVITE is answered or its dialog is over. */
  stop(): void {
    this.#timers.clear();
    this.#release();
  }

  #give(input: ReliableServerInput): readonly ReliableServerEffect[] {
    const { clock, timing } = this.#environment;
    const { state, effects } = reliableServer.step(this.#state, input, clock.nowMs(), timing);
    this.#state = state;
    return effects;
  }

  #perform(effects: readonly ReliableServerEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') this.#send(effect.response, effect.retransmission);
      else if (effect.kind === 'wake')
        this.#timers.set(effect.timer, effect.atMs, () => this.#wake(effect.timer));
      else if (effect.kind === 'rest') this.#timers.clear();
      else if (effect.kind === 'refuse-invite') this.#expire();
    }
  }

  #send(response: SipResponse, retransmission: boolean): void {
    if (retransmission) this.#transaction.flow.send(serializeMessage(response));
    else this.#transaction.respond(response);
  }

  #wake(timer: ReliableTimer): void {
    const { ended, finalStatus } = this.#transaction;
    // Answered by somebody else: by a CANCEL, for instance.
    if (ended || finalStatus !== undefined) {
      this.#perform(this.#give({ kind: 'final', status: finalStatus ?? 500 }));
      this.stop();
    } else {
      this.#perform(this.#give({ kind: 'timer', timer }));
    }
  }

  #expire(): void {
    this.#onExpire();
    this.#release();
  }

  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const again of held) again();
  }
}
