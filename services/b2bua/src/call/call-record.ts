import type {
  Call,
  CallEnd,
  CallEvent,
  CallEventRecord,
  DtmfEvent,
  Leg,
  LegEventType,
  LegState,
  NetworkEvent,
  ReceivedMedia,
  RecordingFiles,
} from '@ringback/contracts';
import type { Bus, Logger } from '@ringback/runtime';
import { type Store, StoreError } from '@ringback/store';
import type { Second } from '../media/live-quality.ts';
import { statusOfEnd } from './call-end.ts';
import type { NewLeg } from './callee-leg.ts';

export interface CallRecordDeps {
  readonly calls: Store['calls'];
  readonly bus: Bus;
  readonly logger: Logger;
  readonly nowMs: () => number;
  /** Keys are told and recorded without saying which: they may be a PIN. */
  readonly maskDtmf: boolean;
}

/** What is written at most while a database that has gone silent holds up one step of a record. */
const WRITE_PATIENCE_MS = 2_000;

/**
 * The record of one call and what the bus hears of it. Signalling never waits for it: writes queue up in order, and
 * one that fails is logged and skipped. Legs are told at once, calls as the database has them.
 */
export class CallRecord {
  readonly #deps: CallRecordDeps;
  readonly #legs = new Map<string, Leg>();
  #call: Call;
  #queue: Promise<void> = Promise.resolve();

  /** `asked`: true for a call whose record was made by whoever asked for it. */
  constructor(deps: CallRecordDeps, call: Call, asked: boolean) {
    this.#deps = deps;
    this.#call = call;
    if (asked) return;
    this.#write('create', () => deps.calls.create(call));
    this.#tellCall('call.queued', call.createdAt, call);
    this.#callEvent(call.createdAt, 'call.queued', `${nameOf(call.from)} calls ${nameOf(call.to)}`);
  }

  get call(): Call {
    return this.#call;
  }

  leg(id: string): Leg | undefined {
    return this.#legs.get(id);
  }

  /** A leg whose SIP Call-ID is known: the gateway joins captured messages by it, so it is told before it is written. */
  legAdded(leg: NewLeg): void {
    const fresh: Leg = {
      ...leg,
      state: 'trying',
      answeredAt: null,
      endedAt: null,
      sipStatus: null,
      media: null,
    };
    this.#legs.set(leg.id, fresh);
    this.#legChanged(fresh, leg.startedAt);
  }

  legState(id: string, state: LegState, sipStatus: number | null, media: ReceivedMedia | null = null): void {
    const leg = this.#legs.get(id);
    if (!leg || leg.state === 'terminated') return;
    const at = this.#now();
    const changed: Leg = {
      ...leg,
      state,
      sipStatus: sipStatus ?? leg.sipStatus,
      answeredAt: state === 'confirmed' ? (leg.answeredAt ?? at) : leg.answeredAt,
      endedAt: state === 'terminated' ? at : leg.endedAt,
      media: media ?? leg.media,
    };
    this.#legs.set(id, changed);
    this.#legChanged(changed, at);
  }

  ringing(): void {
    const at = this.#now();
    this.#change('call.ringing', at, { ...this.#call, status: 'ringing', ringingAt: at }, () =>
      this.#deps.calls.markRinging(this.#call.id, at),
    );
  }

  answered(): void {
    const at = this.#now();
    this.#change('call.answered', at, { ...this.#call, status: 'in-progress', answeredAt: at }, () =>
      this.#deps.calls.markAnswered(this.#call.id, at),
    );
  }

  ended(end: CallEnd, endedAtMs: number): void {
    const at = new Date(endedAtMs).toISOString();
    const status = statusOfEnd(end);
    const { answeredAt } = this.#call;
    const durationMs = answeredAt === null ? null : Math.max(0, endedAtMs - Date.parse(answeredAt));
    this.#change('call.ended', at, { ...this.#call, status, end, endedAt: at, durationMs }, () =>
      this.#deps.calls.end(this.#call.id, status, end, at),
    );
    this.#callEvent(at, 'call.ended', end.sentence);
  }

  /** Told and not written: the record keeps the sum of it with the legs. */
  quality(second: Second, legs: Readonly<Record<Leg['role'], string>>): void {
    const directions = (['caller', 'callee'] as const).flatMap((role) => {
      const figures = second[role];
      return figures ? [{ legId: legs[role], role, ...figures }] : [];
    });
    const time = new Date(second.atMs).toISOString();
    this.#deps.bus.publish('media.quality', {
      type: 'media.quality',
      time,
      callId: this.#call.id,
      directions,
    });
  }

  /** A party pressed a key. */
  keyPressed(legId: string, pressed: { digit: string; atMs: number }, method: DtmfEvent['method']): void {
    const time = new Date(pressed.atMs).toISOString();
    const digit = this.#deps.maskDtmf ? '?' : pressed.digit;
    const by = this.#legs.get(legId)?.number ?? 'Somebody';
    const detail = `${by} pressed ${digit === '?' ? 'a key' : digit} (${method === 'sip-info' ? 'SIP INFO' : 'RFC 4733'})`;
    this.#tell({ type: 'dtmf.received', time, callId: this.#call.id, legId, digit, method });
    this.#event({ time, type: 'dtmf.received', legId, sipStatus: null, detail, digit });
  }

  /** The call's sound is being written to these files, or no longer is. */
  recording(files: RecordingFiles, startedAt: string, paused: boolean): void {
    const time = this.#now();
    const type = paused ? 'recording.paused' : 'recording.started';
    const detail = paused ? 'The recording is paused' : 'The call is being recorded';
    const callId = this.#call.id;
    this.#write('saveRecording', () =>
      this.#deps.calls.saveRecording({ callId, startedAt, paused, ...files }),
    );
    this.#event({ time, type, legId: null, sipStatus: null, detail });
    // Told once it can be read.
    this.#enqueue(async () => this.#tell({ type, time, callId }));
  }

  /** Resolves once everything said so far is written. */
  settled(): Promise<void> {
    return this.#queue;
  }

  #change(type: CallEvent['type'], at: string, call: Call, write: () => Promise<Call | null>): void {
    this.#call = call;
    this.#enqueue(async () => {
      const written = await this.#patiently(type, write);
      // Null: this call has been ended by somebody else, who has told so.
      if (written !== null) this.#tellCall(type, at, written ?? call);
    });
    if (type !== 'call.ended') this.#callEvent(at, type, type === 'call.ringing' ? 'It rings' : 'Answered');
  }

  #legChanged(leg: Leg, at: string): void {
    const type: LegEventType = `leg.${leg.state}`;
    this.#tell({ type, time: at, leg });
    this.#write('saveLeg', () => this.#deps.calls.saveLeg(leg));
    this.#event({ time: at, type, legId: leg.id, sipStatus: leg.sipStatus, detail: legSentence(leg) });
  }

  #tellCall(type: CallEvent['type'], time: string, call: Call): void {
    this.#tell({ type, time, call });
  }

  #tell(event: NetworkEvent): void {
    this.#deps.bus.publish('network.event', event);
  }

  #callEvent(time: string, type: CallEvent['type'], detail: string): void {
    this.#event({ time, type, legId: null, sipStatus: null, detail });
  }

  #event(event: CallEventRecord): void {
    this.#write('addEvent', () => this.#deps.calls.addEvent(this.#call.id, event));
  }

  #write(what: string, work: () => Promise<unknown>): void {
    this.#enqueue(async () => void (await this.#patiently(what, work)));
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work);
  }

  /** Undefined when the write failed or took too long. */
  async #patiently<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${WRITE_PATIENCE_MS} ms`)), WRITE_PATIENCE_MS);
    });
    try {
      return await Promise.race([work(), tooLong]);
    } catch (error) {
      // It waits on disk and is written when the database is back; until then this view of the call is the newest.
      if (error instanceof StoreError && error.code === 'spooled') return undefined;
      this.#deps.logger.error({ err: error, callId: this.#call.id, what }, 'a record was not written');
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  #now(): string {
    return new Date(this.#deps.nowMs()).toISOString();
  }
}

function nameOf({ number, displayName }: Call['from']): string {
  return displayName === null ? number : `${displayName} (${number})`;
}

function legSentence({ role, number, transport, remoteAddress, state, sipStatus }: Leg): string {
  const where =
    remoteAddress === null ? '' : ` at ${remoteAddress}${transport === null ? '' : `/${transport}`}`;
  return `The ${role} ${number}${where} is ${state}${sipStatus === null ? '' : ` with ${sipStatus}`}`;
}
