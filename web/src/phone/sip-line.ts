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

export type SipLineEvent =
  | { kind: 'connecting' }
  | { kind: 'disconnected' }
  | { kind: 'registered' }
  | { kind: 'refused'; sipStatus: number | null }
  | { kind: 'line-incoming'; peer: Peer }
  | { kind: 'line-ringing' }
  | { kind: 'line-accepted' }
  | { kind: 'line-ended'; end: LineEnd }
  | { kind: 'remote-track'; stream: MediaStream };

/** One registration and at most one call over it. */
export interface SipLine {
  start(): void;
  /** Unregisters and hangs up. */
  stop(): void;
  register(): void;
  /** New credentials for the same number; used from the next challenge on. */
  renew(account: LineAccount): void;
  place(target: string, local: MediaStream): void;
  accept(local: MediaStream): void;
  refuse(sipStatus: number): void;
  hangUp(): void;
  setMuted(muted: boolean): void;
  /** As RFC 4733 telephone-event, in the RTP stream. False: the other side takes none. */
  sendTone(tone: string): boolean;
}

export type OpenSipLine = (account: LineAccount, tell: (event: SipLineEvent) => void) => Promise<SipLine>;
