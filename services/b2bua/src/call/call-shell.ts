import { type CallActionDeps, CallActions, type CallParts } from './call-actions.ts';
import type { AbortCause } from './call-end.ts';
import { step } from './call-machine.ts';
import type { CallEffect, CallInput, CallState, CallStep, CallTimer } from './call-state.ts';

/** Runs the machine of one call: takes its inputs one at a time and has its effects carried out. */
export class CallShell {
  readonly id: string;
  /** Resolves once the call has ended and its record is written. */
  readonly finished: Promise<void>;
  readonly #deps: CallActionDeps;
  readonly #actions: CallActions;
  readonly #timers = new Map<CallTimer, NodeJS.Timeout>();
  readonly #inputs: CallInput[] = [];
  #state: CallState;
  #stepping = false;

  constructor(deps: CallActionDeps, parts: CallParts, first: CallStep) {
    this.id = parts.record.call.id;
    this.#deps = deps;
    this.#state = first.state;
    this.#actions = new CallActions(deps, parts, {
      input: (input) => this.#input(input),
      state: () => this.#state,
    });
    this.finished = this.#actions.finished;
    this.#perform(first.effects);
    parts.caller.onCancel = (reason) => this.#input(canceledBy(reason));
    if (parts.caller.canceled) this.#input(canceledBy(parts.caller.canceled.reason));
  }

  /** Ends the call, whatever its state. */
  abort(cause: AbortCause): void {
    this.#input({ kind: 'abort', cause });
  }

  /** @throws MediaError */
  setRecording(on: boolean): Promise<void> {
    return this.#actions.setRecording(on);
  }

  /** Carrying out a step may bring about the next input; it waits for its turn. */
  #input(input: CallInput): void {
    this.#inputs.push(input);
    if (this.#stepping) return;
    this.#stepping = true;
    for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) this.#step(next);
    this.#stepping = false;
  }

  #step(input: CallInput): void {
    try {
      const { state, effects } = step(this.#state, input, this.#deps.nowMs());
      this.#state = state;
      this.#perform(effects);
    } catch (error) {
      this.#deps.logger.error({ err: error, callId: this.id, input: input.kind }, 'a call went wrong');
      if (input.kind !== 'abort') this.#inputs.push({ kind: 'abort', cause: 'internal-error' });
    }
  }

  #perform(effects: readonly CallEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'start-timer') this.#startTimer(effect.timer, effect.afterMs);
      else if (effect.kind === 'stop-timer') clearTimeout(this.#timers.get(effect.timer));
      else this.#actions.perform(effect);
    }
  }

  #startTimer(timer: CallTimer, afterMs: number): void {
    this.#timers.set(
      timer,
      setTimeout(() => this.#input({ kind: timer }), afterMs),
    );
  }
}

function canceledBy(reason: string | undefined): CallInput {
  return { kind: 'caller-canceled', ...(reason === undefined ? {} : { reason }) };
}
