import type { RefusalReason } from '../guard/refusals.ts';

/** Seen from the server. */
export type Direction = 'in' | 'out';

/** Told of what happens, for whoever counts. What can be read off a table at any time is not here. */
export interface Meter {
  /** A SIP message, retransmissions included. */
  message(direction: Direction, bytes: Uint8Array): void;
  /** A frame of the application protocol. */
  frame(direction: Direction): void;
  refused(reason: RefusalReason): void;
  /** An INVITE that is not inside a dialog; `exchange` stands for it until it is answered. */
  inviteBegan(exchange: object): void;
  /** Its responses, in order. */
  inviteAnswered(direction: Direction, exchange: object, status: number): void;
  /** A copy for the capture server left, or had to be dropped. */
  captured(outcome: 'sent' | 'dropped'): void;
}

const nothing = () => undefined;

/** Counts nothing. */
export const silentMeter: Meter = {
  message: nothing,
  frame: nothing,
  refused: nothing,
  inviteBegan: nothing,
  inviteAnswered: nothing,
  captured: nothing,
};
