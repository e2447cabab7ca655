import type { Leg, SipMessageRecord } from '@ringback/contracts';

export type Joined = Pick<Leg, 'id' | 'callId'>;

export type Outcome =
  /** `callId` and `legId` are set when the message belongs to a call. */
  | { kind: 'tell'; message: SipMessageRecord }
  /** Nobody has told of this Call-ID since this process started: its leg may stand in the records. */
  | { kind: 'look-up'; sipCallId: string };

export interface JoinerLimits {
  /** Names of legs; each has two. */
  readonly legs: number;
  readonly held: number;
  readonly holdMs: number;
}

const LIMITS: JoinerLimits = { legs: 40_000, held: 5000, holdMs: 60_000 };

/** Methods that are no part of a call unless its Call-ID says so. */
const OUTSIDE_CALLS = ['REGISTER', 'OPTIONS', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'MESSAGE'];

interface Held {
  readonly messages: SipMessageRecord[];
  readonly sinceMs: number;
}

/**
 * Joins captured messages to calls by Call-ID. The capture of a message is often here before the news of its leg, so
 * messages of unknown Call-IDs wait, bounded in number and time; then they are told without a call.
 */
export class MessageJoiner {
  readonly #limits: JoinerLimits;
  /** Oldest use first. */
  readonly #legs = new Map<string, Joined>();
  /** Oldest first. */
  readonly #held = new Map<string, Held>();
  #heldCount = 0;

  constructor(limits: JoinerLimits = LIMITS) {
    this.#limits = limits;
  }

  /** A leg is known: what waited for it can be told, in the order in which it came. */
  leg(sipCallId: string, { id, callId }: Joined): Outcome[] {
    this.#remember(sipCallId, { id, callId });
    // What the B2BUA calls the exchange of a called leg on the media server.
    this.#remember(id, { id, callId });
    return this.#release(sipCallId).map((message) => tell(message, { id, callId }));
  }

  /** The leg with this Call-ID, or with this id, if it has been told of. */
  legOf(sipCallIdOrId: string): Joined | undefined {
    const leg = this.#legs.get(sipCallIdOrId);
    if (leg) this.#remember(sipCallIdOrId, leg);
    return leg;
  }

  /** `opensDialog`: the leg of such a message is still to come, so that looking it up would be in vain. */
  message(message: SipMessageRecord, opensDialog: boolean, nowMs: number): Outcome[] {
    const { sipCallId, method } = message;
    const leg = this.legOf(sipCallId);
    if (leg) return [tell(message, leg)];
    if (OUTSIDE_CALLS.includes(method)) return [tell(message, null)];
    const held = this.#held.get(sipCallId);
    this.#heldCount += 1;
    if (held) held.messages.push(message);
    else this.#held.set(sipCallId, { messages: [message], sinceMs: nowMs });
    const outcomes = this.#overflow();
    if (!held && !opensDialog) outcomes.push({ kind: 'look-up', sipCallId });
    return outcomes;
  }

  /** What has waited long enough. */
  expire(nowMs: number): Outcome[] {
    const due: Outcome[] = [];
    for (const [sipCallId, { sinceMs }] of this.#held) {
      if (nowMs - sinceMs < this.#limits.holdMs) break;
      due.push(...this.#giveUp(sipCallId));
    }
    return due;
  }

  #remember(sipCallId: string, leg: Joined): void {
    this.#legs.delete(sipCallId);
    this.#legs.set(sipCallId, leg);
    const [oldest] = this.#legs.keys();
    if (this.#legs.size > this.#limits.legs && oldest !== undefined) this.#legs.delete(oldest);
  }

  #overflow(): Outcome[] {
    const [oldest] = this.#held.keys();
    return this.#heldCount > this.#limits.held && oldest !== undefined ? this.#giveUp(oldest) : [];
  }

  #giveUp(sipCallId: string): Outcome[] {
    return this.#release(sipCallId).map((message) => tell(message, null));
  }

  #release(sipCallId: string): SipMessageRecord[] {
    const messages = this.#held.get(sipCallId)?.messages ?? [];
    this.#held.delete(sipCallId);
    this.#heldCount -= messages.length;
    return messages;
  }
}

function tell(message: SipMessageRecord, leg: Joined | null): Outcome {
  return { kind: 'tell', message: leg ? { ...message, callId: leg.callId, legId: leg.id } : message };
}
