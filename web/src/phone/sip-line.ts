import type { Peer } from './call-state.ts';
import type { LineEnd } from './end-words.ts';

/** What a line needs to register. `password` never leaves the SIP stack. */
export interface LineAccount {
  number: string;
  uri: string;
  username: string;
  password: string;
  displayName: string;
  wsUrl: string;
  iceServers: { urls: string[] }[];
}

/** News of one call, which `id` names. */
export type LineCallEvent = { id: string } & (
  | { kind: 'line-incoming'; peer: Peer }
  | { kind: 'line-ringing' }
  | { kind: 'line-accepted' }
  | { kind: 'line-held'; by: 'us' | 'them'; on: boolean }
  | { kind: 'line-ended'; end: LineEnd }
  | { kind: 'tone-refused' }
  | { kind: 'remote-track'; stream: MediaStream }
);

export type SipLineEvent =
  | { kind: 'connecting' }
  | { kind: 'disconnected' }
  | { kind: 'registered'; expiresSec: number }
  | { kind: 'refused'; sipStatus: number | null }
  | LineCallEvent;

/** How a key is sent: as telephone-event in the RTP stream (RFC 4733), or by SIP INFO (RFC 6086). */
export type ToneWay = 'rtp' | 'info';

/** What can be asked of one call. A call that is over takes every wish and does nothing. */
export interface LineCall {
  /** `warning` goes along to the network. */
  accept(local: MediaStream, warning?: string): void;
  refuse(sipStatus: number, warning?: string): void;
  hangUp(): void;
  setMuted(muted: boolean): void;
  /** `line-held` tells when the other side has agreed. */
  setHeld(held: boolean): void;
  sendTone(tone: string, way: ToneWay): void;
  /** Another microphone, in the middle of the call. */
  replaceSound(local: MediaStream): Promise<void>;
}

/** One registration, and the calls over it. */
export interface SipLine {
  start(): void;
  /** Unregisters and hangs up. */
  stop(): void;
  register(): void;
  /** New credentials for the same number; used from the next challenge on. */
  renew(account: LineAccount): void;
  place(id: string, target: string, local: MediaStream): void;
  /** Undefined when that call is over. */
  call(id: string): LineCall | undefined;
}

export type OpenSipLine = (account: LineAccount, tell: (event: SipLineEvent) => void) => Promise<SipLine>;
