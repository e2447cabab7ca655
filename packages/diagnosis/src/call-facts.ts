import type {
  Call,
  CallEnd,
  CallEventRecord,
  EndCode,
  Leg,
  LegState,
  SipMessageRecord,
} from '@ringback/contracts';
import { CapturedMessage } from './captured-message.ts';

/** What is stored of a call. */
export interface Evidence {
  readonly call: Call;
  readonly legs: readonly Leg[];
  readonly events: readonly CallEventRecord[];
  /** In wire order. */
  readonly messages: readonly SipMessageRecord[];
}

/** The evidence of an ended call, as rules ask for it. */
export class CallFacts {
  readonly call: Call;
  readonly end: CallEnd;
  readonly legs: readonly Leg[];
  readonly events: readonly CallEventRecord[];
  readonly messages: readonly CapturedMessage[];

  constructor({ call, legs, events, messages }: Evidence, end: CallEnd) {
    this.call = call;
    this.end = end;
    this.legs = legs;
    this.events = events;
    this.messages = messages.map((record) => new CapturedMessage(record));
  }

  endedBy(...codes: readonly EndCode[]): boolean {
    return this.end.code !== undefined && codes.includes(this.end.code);
  }

  get caller(): Leg | undefined {
    return this.legs.find(({ role }) => role === 'caller');
  }

  get callees(): readonly Leg[] {
    return this.legs.filter(({ role }) => role === 'callee');
  }

  /** The called leg that took the call. */
  get answered(): Leg | undefined {
    return this.callees.find(({ answeredAt }) => answeredAt !== null);
  }

  /** Caller and called party of a call that was up, in this order; empty for any other. */
  get talking(): readonly Leg[] {
    const { caller, answered } = this;
    return caller && answered && this.call.answeredAt !== null ? [caller, answered] : [];
  }

  /** From the beginning to the answer; null for a call without one. */
  get answeredAfterMs(): number | null {
    const { createdAt, answeredAt } = this.call;
    return answeredAt === null ? null : Date.parse(answeredAt) - Date.parse(createdAt);
  }

  get lastedMs(): number {
    return this.call.durationMs ?? 0;
  }

  /** Whether a leg was ever in that state. */
  wasIn(leg: Leg, state: LegState): boolean {
    return this.events.some(({ type, legId }) => type === `leg.${state}` && legId === leg.id);
  }

  of(leg: Leg | undefined): readonly CapturedMessage[] {
    return leg ? this.messages.filter(({ record }) => record.legId === leg.id) : [];
  }

  /** What the endpoint of that leg sent. */
  from(leg: Leg | undefined): readonly CapturedMessage[] {
    return this.of(leg).filter(({ record }) => record.direction === 'in');
  }

  /** What was sent to the endpoint of that leg. */
  to(leg: Leg | undefined): readonly CapturedMessage[] {
    return this.of(leg).filter(({ record }) => record.direction === 'out');
  }

  /** The INVITE that opened the leg, with credentials if it had to be sent twice. */
  invite(leg: Leg | undefined): CapturedMessage | undefined {
    const invites = this.of(leg).filter((message) => message.asks('INVITE') && !inDialog(message));
    return invites.findLast(({ record }) => record.direction === (leg?.role === 'caller' ? 'in' : 'out'));
  }

  /** The last final response to that INVITE, whoever gave it. */
  verdict(leg: Leg | undefined): CapturedMessage | undefined {
    const sequence = this.invite(leg)?.record.cseq;
    return this.of(leg).findLast(
      (message) => message.isFinal && message.answers('INVITE') && message.record.cseq === sequence,
    );
  }

  /** The called leg that speaks for the end of a call that nobody took: the one whose response became the end's. */
  get refusal(): { leg: Leg; sipStatus: number; message: CapturedMessage | undefined } | undefined {
    if (this.call.answeredAt !== null || this.end.by !== 'callee') return undefined;
    const ranked = this.callees.filter(({ sipStatus }) => sipStatus !== null && sipStatus >= 300);
    const leg = ranked.find(({ sipStatus }) => sipStatus === this.end.sipStatus) ?? ranked[0];
    if (!leg || leg.sipStatus === null) return undefined;
    const said = this.from(leg).findLast((message) => message.isFinal && message.answers('INVITE'));
    return { leg, sipStatus: leg.sipStatus, message: said };
  }

  /** The BYE that ended the call, as it came in or as the network sent it. */
  get bye(): CapturedMessage | undefined {
    const byes = this.messages.filter((message) => message.asks('BYE'));
    return byes.find(({ record }) => record.direction === 'in') ?? byes[0];
  }
}

function inDialog(message: CapturedMessage): boolean {
  return /;\s*tag=/i.test(message.header('To') ?? '');
}
