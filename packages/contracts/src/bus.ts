import type { CallEnd, PartyKind } from './call.ts';
import type { NetworkEvent } from './events.ts';
import type { MediaQualityEvent } from './quality.ts';
import type { SubscriberKind } from './registration.ts';
import type { PartHealth } from './rest.ts';

/** Facts, told to everybody: subject -> payload. */
export interface BusEvents {
  /** Every change of a call, a leg, a registration or a call's speech. */
  'network.event': NetworkEvent;
  /** How each call that is up sounds, each second. */
  'media.quality': MediaQualityEvent;
  /** Each service tells the state of itself and of what it depends on, every few seconds and on change. */
  'part.health': PartHealth;
  /** Somebody begins to keep the health of all parts: each tells its own at once. */
  'health.asked': Record<string, never>;
  /** Hang up: heeded by whoever holds the call. */
  'call.hangup': { callId: string };
  /** A call asked of the voice came to nothing before the B2BUA saw an INVITE of it. */
  'voice.failed': { callId: string; end: CallEnd };
}

/** Requests that exactly one server answers: subject -> [payload, reply]. */
export interface BusCommands {
  /** A voice worker takes the call; the reply says only that it has. */
  'voice.call': [VoiceCall, { worker: string }];
  /** Short-lived SIP credentials, from whoever keeps the subscribers. */
  'session.issue': [SessionIssue, IssuedSession];
  /** Begin, go on with, or pause the recording of a call that is up, from whoever holds the call (`not-found`, `refused`). */
  'call.record': [{ callId: string; on: boolean }, { on: boolean }];
  /** Who has a number is for whoever keeps the subscribers to say: `not-found`, and `conflict` for what cannot be. */
  'subscriber.create': [NewSubscriber, SubscriberPassword];
  'subscriber.rename': [{ number: string; displayName: string | null }, { number: string }];
  /** A new password; what is registered with the old one is ended. */
  'subscriber.reset': [{ number: string }, SubscriberPassword];
  'subscriber.remove': [{ number: string }, { number: string }];
  /** Ends a registration; its phone may come back by itself. */
  'binding.remove': [{ number: string; id: string }, { id: string }];
}

export interface VoiceCall {
  callId: string;
  to: string;
  text: string;
  voiceId: string | null;
  fromName: string;
}

export interface NewSubscriber {
  /** Absent: the next free one. */
  number?: string;
  displayName: string | null;
}

/** The password is told here and kept nowhere. */
export interface SubscriberPassword {
  number: string;
  displayName: string | null;
  password: string;
}

export interface SessionIssue {
  kind: Extract<SubscriberKind, 'page' | 'voice'>;
  /** Absent: the next free page number. Unknown numbers are refused (`not-found`). */
  number?: string;
}

export interface IssuedSession {
  number: string;
  displayName: string;
  /** `sip:2001@ringback.local`, the address of record. */
  uri: string;
  /** What Digest calls the username; differs from the number. */
  username: string;
  password: string;
  expiresAt: string;
}

export type BusErrorCode =
  | 'no-server'
  | 'timeout'
  | 'not-found'
  | 'conflict'
  | 'refused'
  | 'unavailable'
  | 'failed';

/** SIP header in which a voice's INVITE carries the id of the call it belongs to. Believed from voices only. */
export const CALL_ID_HEADER = 'X-Ringback-Call';

export function partyKindOf(kind: SubscriberKind, transport: string): PartyKind {
  if (kind === 'voice') return 'voice';
  return transport === 'ws' || transport === 'wss' ? 'browser' : 'phone';
}
