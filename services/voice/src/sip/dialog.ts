/** What becomes of a call's dialog, in the words of who has it. */
export type DialogEvent =
  | { kind: 'ringing' }
  | { kind: 'answered' }
  /** `local`: no server said so, it could not be reached. */
  | { kind: 'rejected'; sipStatus: number; local: boolean }
  /** The other side hung up, or gave up before the answer. */
  | { kind: 'ended' }
  /** The connection to the SIP server broke; an unanswered call cannot come to an answer any more. */
  | { kind: 'connection-lost' };

export type TellDialog = (event: DialogEvent) => void;

export interface Dialog {
  /** CANCEL or BYE, whichever is due; nothing when the dialog is over. */
  hangUp(): void;
}
