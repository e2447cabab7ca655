import {
  type DeleteCommand,
  errorReply,
  type NgCommand,
  type NgReply,
  type QueryCommand,
} from '@ringback/rtpengine-ng';
import type { Logger } from '@ringback/runtime';
import { Call } from '../call/call.ts';
import type { MediaClock } from '../media/clock.ts';
import { answer, type MediaResources, offer } from '../negotiation/negotiation.ts';
import { HOLD_TIMEOUT_SEC, OFFER_TIMEOUT_SEC } from '../options.ts';
import { callStatistics } from '../quality/statistics.ts';
import { Refusal } from './refusal.ts';

/** All calls, and what each command does to them. */
export class CallTable {
  readonly #calls = new Map<string, Call>();
  /** The last command of each call: the next one waits for it, since both change the same call. */
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #media: MediaResources;
  readonly #clock: MediaClock;
  readonly #logger: Logger;
  readonly #mediaTimeoutMs: number;
  readonly #onEnd: (callId: string) => void;

  /** `onEnd` is told of every call that is no more, whoever ended it. */
  constructor(
    media: MediaResources,
    clock: MediaClock,
    logger: Logger,
    mediaTimeoutSec: number,
    onEnd: (callId: string) => void = () => undefined,
  ) {
    this.#media = media;
    this.#clock = clock;
    this.#logger = logger;
    this.#mediaTimeoutMs = mediaTimeoutSec * 1000;
    this.#onEnd = onEnd;
  }

  has(callId: string): boolean {
    return this.#calls.has(callId);
  }

  /** Does one command. A refusal is a reply; anything else that goes wrong is a fault and is thrown. */
  async handle(command: NgCommand): Promise<NgReply> {
    if (command.command === 'ping') return { result: 'pong' };
    if (command.command === 'list') {
      return { result: 'ok', calls: [...this.#calls.keys()].slice(0, command.limit) };
    }
    const previous = this.#queues.get(command.callId);
    const done = (previous ?? Promise.resolve()).then(() => this.#handleInTurn(command));
    const settled = done.catch(ignoreUntilAwaited);
    this.#queues.set(command.callId, settled);
    try {
      return await done;
    } finally {
      if (this.#queues.get(command.callId) === settled) this.#queues.delete(command.callId);
    }
  }

  async #handleInTurn(command: Exclude<NgCommand, { command: 'ping' | 'list' }>): Promise<NgReply> {
    try {
      switch (command.command) {
        case 'offer': {
          const call = this.#calls.get(command.callId) ?? this.#addCall(command.callId);
          call.signalled();
          return { result: 'ok', sdp: await this.#orForget(call, offer(call, command, this.#media)) };
        }
        case 'answer': {
          const call = this.#calls.get(command.callId);
          if (!call) return errorReply('Unknown call-id');
          call.signalled();
          return { result: 'ok', sdp: await answer(call, command, this.#media) };
        }
        case 'query':
          return this.#query(command);
        case 'delete':
          return this.#delete(command);
        default:
          return command satisfies never;
      }
    } catch (error) {
      if (error instanceof Refusal) return errorReply(error.message);
      throw error;
    }
  }

  #addCall(id: string): Call {
    const call = new Call(id, this.#clock, this.#logger);
    this.#calls.set(id, call);
    return call;
  }

  /** A first offer that is refused leaves no call behind. */
  async #orForget(call: Call, offered: Promise<string>): Promise<string> {
    try {
      return await offered;
    } catch (error) {
      if (!call.parties.some((party) => party.transport)) this.#remove(call);
      throw error;
    }
  }

  #statistics(call: Call) {
    return callStatistics(call, this.#media.address, this.#clock.nowMs(), this.#clock.unixMs());
  }

  #query({ callId, fromTag, toTag }: QueryCommand): NgReply {
    const call = this.#calls.get(callId);
    if (!call) return errorReply('Unknown call-id');
    const statistics = this.#statistics(call);
    if (fromTag === undefined) return { ...statistics, result: 'ok' };
    const party = call.party(toTag ?? fromTag);
    if (!party) return errorReply('Unknown tag');
    return { ...statistics, result: 'ok' };
  }

  /** Without a from-tag the whole call ends and nothing is told, as in rtpengine. */
  #delete({ callId, fromTag, toTag, viaBranch }: DeleteCommand): NgReply {
    const call = this.#calls.get(callId);
    const unknown = { warning: "Call-ID not found or tags didn't match", result: 'ok' } as const;
    if (!call) return unknown;
    if (fromTag === undefined) {
      this.#remove(call);
      return { result: 'ok' };
    }
    const byBranch = call.parties.find((party) => party.tag === '' && party.viaBranch === viaBranch);
    const party =
      toTag === undefined && viaBranch !== undefined && byBranch ? byBranch : call.party(toTag ?? fromTag);
    if (!party) return unknown;
    const statistics = this.#statistics(call);
    // A party that is spoken to, or the offerer, takes the call with it; a fork that lost goes alone.
    const leaves = party.peer === undefined && call.parties.length > 2 && party !== call.party(fromTag);
    if (leaves) call.removeParty(party);
    else this.#remove(call);
    return { ...statistics, result: 'ok' };
  }

  #remove(call: Call): void {
    call.close();
    this.#calls.delete(call.id);
    this.#onEnd(call.id);
  }

  /** To be called several times a second: reports, and the end of calls that nobody uses. */
  tick(): void {
    for (const call of this.#calls.values()) {
      call.tick();
      const limitMs = this.#limitMs(call);
      if (call.idleMs() < limitMs) continue;
      call.logger.warn({ idleSec: limitMs / 1000, answered: call.answered }, 'media timeout, call freed');
      this.#remove(call);
    }
  }

  #limitMs(call: Call): number {
    if (!call.answered) return OFFER_TIMEOUT_SEC * 1000;
    return call.onHold ? HOLD_TIMEOUT_SEC * 1000 : this.#mediaTimeoutMs;
  }

  close(): void {
    for (const call of [...this.#calls.values()]) this.#remove(call);
  }
}

// The caller of `handle` gets the error; the queue only needs to know that the command is over.
function ignoreUntilAwaited(): void {
  return;
}
