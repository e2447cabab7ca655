import { type Dialog as DialogState, noReliableResponses } from '@ringback/sip';
import type { Application } from '../application/connection.ts';
import type { Incoming, Outgoing } from '../core/transaction-table.ts';
import { dialogId } from '../identifiers.ts';
import type { Subscription } from '../subscription/subscription.ts';
import type { Flow } from '../transport/flow.ts';
import type { Acceptance } from './acceptance.ts';
import type { ReliableProvisional } from './reliable-provisional.ts';
import { Session } from './session.ts';

/** The ACK that answered a 2xx, kept to be sent again when that 2xx comes again (RFC 3261 13.2.2.4). */
export interface SentAck {
  sequence: number;
  message: Uint8Array;
  flow: Flow;
}

/** One dialog with what surrounds it here: whose it is, where its peer is, and what of it is unfinished. */
export class Dialog {
  readonly id: string;
  readonly application: Application;
  /** Every remote tag it is known by: an INVITE that forks has several until one answers. */
  readonly remoteTags = new Set<string>();
  /** Our 2xx that waits for its ACK. */
  acceptance: Acceptance | undefined;
  /** What has to wait for that ACK, such as our BYE (RFC 3261 15). */
  afterAck: (() => void) | undefined;
  /** The peer's INVITE inside the dialog, or the one that made it, that has no final answer yet. */
  incomingInvite: Incoming | undefined;
  /** The peer's last UPDATE. */
  incomingUpdate: Incoming | undefined;
  /** Our INVITE that has no final answer yet. */
  outgoingInvite: Outgoing | undefined;
  /** Our reliable provisional responses to the peer's INVITE (RFC 3262). */
  ourProvisional: ReliableProvisional | undefined;
  /** Those of the peer to ours, and the PRACKs they are owed. */
  theirProvisional = noReliableResponses;
  readonly session = new Session();
  lastAck: SentAck | undefined;
  /** Ends the wait for the application's ACK of a 2xx; undefined when none is awaited. */
  ackGuard: (() => void) | undefined;
  /** The application's BYE is on its way: nobody else has to hang up. */
  leaving = false;
  /** The application called it off, and the 2xx won the race: BYE follows the ACK. */
  calledOff = false;
  /** Whether it holds the call an INVITE made. Without one it lasts as long as its subscriptions (RFC 5057 4). */
  inCall = true;
  readonly subscriptions = new Set<Subscription>();
  #state: DialogState;
  #otherForks: Map<string, DialogState> | undefined;
  #flow: Flow;
  #release: () => void;
  #ended = false;
  #turn: Promise<void> = Promise.resolve();
  #refreshed: Promise<void> | undefined;
  #endRefresh: () => void = () => undefined;

  constructor(state: DialogState, application: Application, flow: Flow, id = dialogIdOf(state)) {
    this.#state = state;
    this.application = application;
    this.id = id;
    this.#flow = flow;
    this.#release = flow.hold();
  }

  /** What the RFC says a dialog is; of an INVITE that forked, that of the fork requests go to. */
  get state(): DialogState {
    return this.#state;
  }

  /** Another fork's state makes it the one that requests go to. The others are kept until one has answered. */
  set state(state: DialogState) {
    if (state.state === 'confirmed') this.#otherForks = undefined;
    else if (state.remoteTag !== this.#state.remoteTag) {
      this.#otherForks ??= new Map();
      this.#otherForks.set(this.#state.remoteTag, this.#state);
    }
    this.#state = state;
  }

  /** The state of one fork (RFC 3261 12.1.2); undefined when there is none of that tag. */
  fork(remoteTag: string): DialogState | undefined {
    return remoteTag === this.#state.remoteTag ? this.#state : this.#otherForks?.get(remoteTag);
  }

  /** News of a fork, which need not be the one that requests go to. */
  keep(state: DialogState): void {
    if (state.remoteTag === this.#state.remoteTag) this.#state = state;
    else this.#otherForks?.set(state.remoteTag, state);
  }

  get callId(): string {
    return this.state.callId;
  }

  get localTag(): string {
    return this.state.localTag;
  }

  get awaitsOurAck(): boolean {
    return this.ackGuard !== undefined;
  }

  get updateIsOpen(): boolean {
    const { finalStatus, ended } = this.incomingUpdate?.transaction ?? { ended: true };
    return finalStatus === undefined && !ended;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The way its peer was last reached or heard on. */
  get flow(): Flow {
    return this.#flow;
  }

  /** Follows the peer, for example to the new connection it registered from. */
  moveTo(flow: Flow): void {
    if (flow === this.#flow || this.#ended) return;
    this.#release();
    this.#flow = flow;
    this.#release = flow.hold();
  }

  /** Does one thing after the other: a BYE must not overtake the ACK whose address is still being looked up. */
  inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(task);
    // Who asked for the task hears of its failure; the next one is done all the same.
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** An INVITE by which this server refreshes the session is on its way. */
  beginRefresh(): void {
    this.#refreshed = new Promise((resolve) => {
      this.#endRefresh = resolve;
    });
  }

  endRefresh(): void {
    this.#endRefresh();
    this.#refreshed = undefined;
  }

  /** Settled when that INVITE is answered; undefined when there is none. */
  get refreshed(): Promise<void> | undefined {
    return this.#refreshed;
  }

  /** Does what waited for the ACK. False when nothing did. */
  runAfterAck(): boolean {
    const { afterAck } = this;
    this.afterAck = undefined;
    afterAck?.();
    return afterAck !== undefined;
  }

  /** Its call is over; its subscriptions go on. */
  endCall(): void {
    this.inCall = false;
    this.runAfterAck();
    this.ackGuard?.();
    this.ackGuard = undefined;
    this.acceptance?.stop();
    this.acceptance = undefined;
    this.ourProvisional?.stop();
    this.session.timer?.stop();
    this.endRefresh();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.endCall();
    for (const subscription of this.subscriptions) subscription.cancelTimer();
    this.subscriptions.clear();
    this.#release();
  }
}

/** By the tag of who made the dialog. */
function dialogIdOf({ callId, role, localTag, remoteTag }: DialogState): string {
  return dialogId(callId, role === 'uac' ? localTag : remoteTag);
}
