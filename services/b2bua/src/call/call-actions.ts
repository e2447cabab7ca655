import type { Logger } from '@ringback/runtime';
import { MediaError } from '../media/media-server.ts';
import { type InviteListener, type InviteOrder, sendInvite } from '../sip-server/outgoing-invite.ts';
import type { Srf, SrfDialog } from '../sip-server/srf.ts';
import type { CallMedia, LegMedia, Side } from './call-media.ts';
import type { CallRecord } from './call-record.ts';
import { CallRecorder } from './call-recorder.ts';
import type { CallEffect, CallInput, CallState } from './call-state.ts';
import { watchPhones } from './call-watch.ts';
import { type CalleeLeg, isDeadContact, type NewLeg } from './callee-leg.ts';
import type { CallerLeg } from './caller-leg.ts';
import { watchMedia } from './media-watch.ts';
import { type Dialogs, passSessionChanges } from './session-change.ts';

export interface CallActionDeps {
  readonly srf: Srf;
  readonly logger: Logger;
  readonly nowMs: () => number;
  readonly watchIntervalMs: number;
  readonly qualityIntervalMs: number;
  /** Every call, from its answer. */
  readonly recordCalls: boolean;
  /** How many calls are up. */
  callCount(): number;
  /** A contact to which there is no way any more. */
  contactIsDead(leg: CalleeLeg): void;
  /** Ends a dialog as soon as the SIP server can be told so. */
  hangUp(dialog: SrfDialog, reason: string | undefined): void;
}

export interface CallParts {
  readonly record: CallRecord;
  readonly media: CallMedia;
  readonly caller: CallerLeg;
  readonly callerLegId: string;
  readonly callerSdp: string;
  readonly callees: ReadonlyMap<string, CalleeLeg>;
  inviteFor(leg: CalleeLeg): Omit<InviteOrder, 'sdp'>;
  newLeg(leg: CalleeLeg, sipCallId: string): NewLeg;
}

/** The machine of the call, as far as those who work for it need to know it. */
export interface CallMachine {
  input(input: CallInput): void;
  state(): CallState;
}

type Action = Exclude<CallEffect, { kind: 'start-timer' | 'stop-timer' }>;
type Actions = { [K in Action['kind']]: (effect: Extract<Action, { kind: K }>) => void };
type Of<K extends Action['kind']> = Extract<Action, { kind: K }>;

/** Carries out what the machine of a call decides, on the SIP server, the media server and the record. */
export class CallActions {
  /** Resolves once the call has ended and its record is written. */
  readonly finished: Promise<void>;
  readonly #deps: CallActionDeps;
  readonly #parts: CallParts;
  readonly #machine: CallMachine;
  readonly #actions: Actions;
  readonly #recorder: CallRecorder;
  #released: Promise<ReadonlyMap<string, LegMedia>> | undefined;
  #stopWatch: () => void = () => undefined;
  #finish: () => void = () => undefined;

  constructor(deps: CallActionDeps, parts: CallParts, machine: CallMachine) {
    const { record, caller } = parts;
    this.#deps = deps;
    this.#parts = parts;
    this.#machine = machine;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#recorder = new CallRecorder({
      begin: () => parts.media.record(this.#winner()),
      pause: () => parts.media.pauseRecording(this.#winner()),
      tell: (...recording) => record.recording(...recording),
      nowMs: deps.nowMs,
    });
    this.#actions = {
      invite: ({ legs }) => {
        for (const id of legs) void this.#invite(this.#callee(id));
      },
      'ring-caller': () => caller.ring(),
      'answer-caller': ({ leg }) => void this.#answerCaller(this.#callee(leg)),
      'reject-caller': ({ sipStatus, q850Cause, sentence }) => caller.reject(sipStatus, q850Cause, sentence),
      cancel: ({ leg, reason }) => this.#cancel(this.#callee(leg), reason),
      bye: (effect) => this.#bye(effect),
      'leg-changed': (effect) => this.#legChanged(effect),
      ringing: () => record.ringing(),
      answered: () => this.#answered(),
      'release-media': () => {
        this.#released = this.#releaseAll();
      },
      ended: (effect) => void this.#ended(effect),
    };
  }

  perform(effect: Action): void {
    (this.#actions[effect.kind] as (effect: Action) => void)(effect);
  }

  /** Of a call that is up. @throws MediaError */
  async setRecording(on: boolean): Promise<void> {
    if (this.#machine.state().phase !== 'answered') throw new MediaError('refused', 'the call is not up');
    await this.#recorder.set(on);
    // Whoever asked reads the record next.
    await this.#parts.record.settled();
  }

  async #invite(leg: CalleeLeg): Promise<void> {
    const { media, callerSdp, inviteFor } = this.#parts;
    let sdp: string;
    try {
      sdp = await media.offerTo(leg.id, leg.side, callerSdp);
    } catch (error) {
      this.#mediaFailed(error);
      return;
    }
    // Ended, or lost the race, while the media server was at work: this phone never hears of the call.
    if (leg.canceled) this.#machine.input({ kind: 'leg-failed', leg: leg.id, sipStatus: 487 });
    else
      leg.invite = sendInvite(
        this.#deps.srf,
        { ...inviteFor(leg), sdp },
        this.#listener(leg),
        this.#deps.logger,
      );
  }

  #listener(leg: CalleeLeg): InviteListener {
    const { record, newLeg } = this.#parts;
    return {
      sent: (sipCallId) => record.legAdded(newLeg(leg, sipCallId)),
      progress: (sipStatus) => this.#machine.input({ kind: 'leg-progress', leg: leg.id, sipStatus }),
      answered: (dialog) => {
        leg.dialog = dialog;
        this.#listen('callee', leg, dialog);
        this.#machine.input({ kind: 'leg-answered', leg: leg.id });
      },
      failed: (sipStatus, reason, local) => {
        if (isDeadContact(sipStatus, local)) this.#deps.contactIsDead(leg);
        const status = local && sipStatus === 503 ? 480 : sipStatus;
        this.#machine.input({
          kind: 'leg-failed',
          leg: leg.id,
          sipStatus: status,
          ...(reason && { reason }),
        });
      },
    };
  }

  async #answerCaller(leg: CalleeLeg): Promise<void> {
    const { media, caller, callerSdp } = this.#parts;
    let sdp: string;
    try {
      sdp = await media.answerFrom(leg.id, leg.dialog?.remote.sdp ?? '', callerSdp);
    } catch (error) {
      this.#mediaFailed(error);
      return;
    }
    if (this.#machine.state().phase !== 'answering') return;
    if (this.#deps.recordCalls) this.#recordFromTheStart();
    const connected = (dialog: SrfDialog) => {
      this.#listen('caller', leg, dialog);
      this.#machine.input({ kind: 'caller-connected' });
    };
    caller.answer(this.#deps.srf, sdp, connected, () =>
      this.#machine.input({ kind: 'abort', cause: 'internal-error' }),
    );
  }

  /** The call is not kept waiting for it, and goes on without. */
  #recordFromTheStart(): void {
    this.#recorder.set(true).catch((error: unknown) => {
      this.#deps.logger.warn({ err: error, callId: this.#parts.record.call.id }, 'a call is not recorded');
    });
  }

  #winner(): string {
    return this.#machine.state().winner ?? '';
  }

  #listen(side: Side, leg: CalleeLeg, dialog: SrfDialog): void {
    const ref = side === 'caller' ? 'caller' : leg.id;
    dialog.on('destroy', (bye: { source?: string; get(name: string): string | undefined }) => {
      const reason = bye.get('Reason');
      const byServer = bye.source === 'application';
      this.#machine.input({ kind: 'bye', leg: ref, byServer, ...(reason === undefined ? {} : { reason }) });
    });
    const { srf, logger } = this.#deps;
    const { media } = this.#parts;
    const dialogs = () => this.#dialogs();
    const vanished = (gone: Side) => this.#vanished(gone);
    const keyPressed = (by: Side, digit: string) => {
      const legId = by === 'caller' ? this.#parts.callerLegId : leg.id;
      this.#parts.record.keyPressed(legId, { digit, atMs: this.#deps.nowMs() }, 'sip-info');
    };
    passSessionChanges({ srf, logger, media, leg, dialogs, vanished, keyPressed }, side, dialog);
  }

  #dialogs(): Dialogs | 'not-yet' | 'over' {
    const { phase, winner = '' } = this.#machine.state();
    if (phase === 'ending' || phase === 'ended') return 'over';
    const caller = this.#parts.caller.dialog;
    const callee = this.#parts.callees.get(winner)?.dialog;
    return phase === 'answered' && caller && callee ? { caller, callee } : 'not-yet';
  }

  #answered(): void {
    const { srf, watchIntervalMs, qualityIntervalMs, nowMs, callCount } = this.#deps;
    const { record, media, callerLegId } = this.#parts;
    record.answered();
    const dialogs = this.#dialogs();
    if (typeof dialogs === 'string') return;
    const winner = this.#machine.state().winner ?? '';
    const stops = [
      watchPhones({
        srf,
        dialogs,
        intervalMs: watchIntervalMs,
        phoneVanished: (side) => this.#vanished(side),
      }),
      watchMedia({
        intervalMs: qualityIntervalMs,
        nowMs,
        callCount,
        look: () => media.look(winner),
        tell: (second) => record.quality(second, { caller: callerLegId, callee: winner }),
        ended: (cause, sentence) =>
          this.#machine.input({ kind: 'abort', cause, ...(sentence && { sentence }) }),
      }),
    ];
    this.#stopWatch = () => {
      for (const stop of stops) stop();
    };
  }

  #vanished(side: Side): void {
    const cause = side === 'caller' ? 'caller-vanished' : 'callee-vanished';
    this.#machine.input({ kind: 'abort', cause });
  }

  #mediaFailed(error: unknown): void {
    const refused = error instanceof MediaError && error.code === 'refused';
    this.#deps.logger.warn({ err: error, callId: this.#parts.record.call.id }, 'media could not be set up');
    this.#machine.input({ kind: 'abort', cause: refused ? 'media-refused' : 'media-failed' });
  }

  #cancel(leg: CalleeLeg, reason: string | undefined): void {
    leg.canceled = true;
    leg.invite?.cancel(reason);
  }

  #bye({ leg, reason }: Of<'bye'>): void {
    const dialog = leg === 'caller' ? this.#parts.caller.dialog : this.#parts.callees.get(leg)?.dialog;
    if (dialog) this.#deps.hangUp(dialog, reason);
  }

  #legChanged({ leg, state, sipStatus }: Of<'leg-changed'>): void {
    const { record, media, callerLegId } = this.#parts;
    const id = leg === 'caller' ? callerLegId : leg;
    if (state === 'terminated' && this.#released) {
      // The last word on a leg holds what was counted on it.
      void this.#released.then((counted) => {
        const winner = counted.get(this.#machine.state().winner ?? '');
        record.legState(
          id,
          state,
          sipStatus,
          (leg === 'caller' ? winner?.caller : counted.get(leg)?.callee) ?? null,
        );
      });
      return;
    }
    // A branch that is over while others go on.
    if (state === 'terminated') void media.release(id);
    record.legState(id, state, sipStatus);
  }

  async #releaseAll(): Promise<ReadonlyMap<string, LegMedia>> {
    const { media, callees } = this.#parts;
    const counted = [...callees.keys()].map(async (id) => [id, await media.release(id)] as const);
    return new Map(await Promise.all(counted));
  }

  async #ended({ end, endedAtMs }: Of<'ended'>): Promise<void> {
    const { record } = this.#parts;
    this.#stopWatch();
    await this.#released;
    record.ended(end, endedAtMs);
    await record.settled();
    this.#finish();
  }

  #callee(id: string): CalleeLeg {
    const leg = this.#parts.callees.get(id);
    if (!leg) throw new Error(`no leg ${id}`);
    return leg;
  }
}
