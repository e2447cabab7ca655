import {
  type Call,
  type CallBody,
  type CallEnd,
  type CallEvent,
  type CallParty,
  destinationOf,
  isEnded,
} from '@ringback/contracts';
import { type Bus, BusError, type Clock, type Logger } from '@ringback/runtime';
import type { Store } from '@ringback/store';
import { uuidv7 } from 'uuidv7';
import { HttpProblem } from '../problem.ts';

export interface CallDeskDeps {
  readonly store: Pick<Store, 'calls' | 'subscribers' | 'bindings'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
}

const DEFAULT_NAME = 'Ringback';
/** The address of record that the voices share. */
const VOICE_NUMBER = 'voice';

/** Takes orders for spoken calls, and keeps their records until the B2BUA sees an INVITE. */
export class CallDesk {
  readonly #deps: CallDeskDeps;
  readonly #stop: () => void;
  #open = true;

  constructor(deps: CallDeskDeps) {
    this.#deps = deps;
    this.#stop = deps.bus.subscribe('voice.failed', ({ callId, end }) => {
      this.#end(callId, end).catch((error: unknown) =>
        deps.logger.error({ err: error, callId }, 'the end of a call could not be told'),
      );
    });
  }

  /** No new calls from now on. */
  drain(): void {
    this.#open = false;
  }

  close(): void {
    this.#stop();
  }

  /** Resolves with the call's id once a voice has taken the call. @throws HttpProblem */
  async place(order: CallBody): Promise<string> {
    if (!this.#open)
      throw new HttpProblem(503, 'Ringback is stopping and takes no new calls.', {
        retryAfterSec: 10,
        remedy: 'Try again when it has started again.',
      });
    const to = await this.#callee(order.to);
    const call = this.#callOf(order, to);
    await this.#deps.store.calls.create(call);
    await this.#tell('call.queued', call, call.createdAt, `Asked over REST to speak to ${to.number}`);
    await this.#handOver(call, to);
    return call.id;
  }

  /** @throws HttpProblem for a call that is unknown or over. */
  async hangUp(callId: string): Promise<void> {
    const call = await this.#deps.store.calls.get(callId);
    if (!call) throw new HttpProblem(404, 'There is no such call.', { field: 'id' });
    if (isEnded(call.status)) throw new HttpProblem(409, 'The call has ended already.', { field: 'id' });
    this.#deps.bus.publish('call.hangup', { callId });
  }

  async #callee(dialled: string): Promise<CallParty> {
    const destination = destinationOf(dialled);
    if (destination.kind !== 'subscriber') return { number: dialled, displayName: null };
    const { subscribers, bindings } = this.#deps.store;
    const subscriber = await subscribers.find(destination.number);
    if (!subscriber || subscriber.kind === 'voice')
      throw new HttpProblem(404, `Nobody has the number or name ${dialled}.`, {
        field: 'to',
        remedy: 'GET /api/subscribers lists who exists.',
      });
    const phones = await bindings.ofNumber(subscriber.number, this.#deps.clock.nowMs());
    if (phones.length === 0)
      throw new HttpProblem(409, `${subscriber.displayName ?? subscriber.number} has no phone registered.`, {
        field: 'to',
        remedy:
          'Open the page or start the phone, then try again. Phones lists who is online (GET /api/registrations).',
      });
    return { number: subscriber.number, displayName: subscriber.displayName };
  }

  #callOf({ text, voiceId, from }: CallBody, to: CallParty): Call {
    return {
      id: uuidv7(),
      status: 'queued',
      from: { number: VOICE_NUMBER, displayName: from ?? DEFAULT_NAME },
      to,
      text,
      voiceId: voiceId ?? null,
      speechProvider: null,
      createdAt: this.#now(),
      ringingAt: null,
      answeredAt: null,
      endedAt: null,
      durationMs: null,
      end: null,
    };
  }

  async #handOver({ id: callId, text, voiceId, from }: Call, to: CallParty): Promise<void> {
    const fromName = from.displayName ?? DEFAULT_NAME;
    try {
      await this.#deps.bus.request('voice.call', {
        callId,
        to: to.number,
        text: text ?? '',
        voiceId,
        fromName,
      });
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      this.#deps.logger.warn({ callId, code: error.code, reason: error.message }, 'no voice took the call');
      // A voice that was only slow to answer must not call after all.
      this.#deps.bus.publish('call.hangup', { callId });
      await this.#end(callId, {
        by: 'network',
        sipStatus: 503,
        q850Cause: 41,
        sentence: 'No voice was there to take the call.',
        code: 'no-voice',
      });
      throw new HttpProblem(503, 'No voice is there to take the call.', {
        retryAfterSec: 5,
        remedy: 'GET /api/health says what is wrong. Try again in a moment.',
      });
    }
  }

  async #end(callId: string, end: CallEnd): Promise<void> {
    const at = this.#now();
    // RFC 3261 21.4.25: 487 is the answer to a request that was given up.
    const status = end.sipStatus === 487 ? 'canceled' : 'failed';
    const call = await this.#deps.store.calls.end(callId, status, end, at);
    if (call) await this.#tell('call.ended', call, at, end.sentence);
  }

  async #tell(type: CallEvent['type'], call: Call, time: string, detail: string): Promise<void> {
    this.#deps.bus.publish('network.event', { type, time, call });
    await this.#deps.store.calls.addEvent(call.id, { time, type, legId: null, sipStatus: null, detail });
  }

  #now(): string {
    return new Date(this.#deps.clock.nowMs()).toISOString();
  }
}
