import type { Leg, PartyKind } from '@ringback/contracts';
import type { BindingRow } from '@ringback/store';
import type { MediaSide } from '../media/profile.ts';
import type { OutgoingInvite } from '../sip-server/outgoing-invite.ts';
import type { SrfDialog } from '../sip-server/srf.ts';

/** A leg that goes out to one registered contact. */
export interface CalleeLeg {
  readonly id: string;
  readonly binding: BindingRow;
  readonly kind: PartyKind;
  readonly side: MediaSide;
  invite: OutgoingInvite | undefined;
  dialog: SrfDialog | undefined;
  /** A CANCEL asked for while the media server was still working on the offer. */
  canceled: boolean;
}

export type NewLeg = Omit<Leg, 'state' | 'answeredAt' | 'endedAt' | 'sipStatus' | 'media'>;

/** True when a response says that there is no way to this contact any more. `local`: the SIP server made it itself. */
export function isDeadContact(sipStatus: number, local: boolean): boolean {
  // RFC 3261 21.4.11 (410 Gone), RFC 5626 5.3 (430 Flow Failed); drachtio answers 410 for a connection that it knows to
  // be gone and makes a 503 when it finds no way. A phone's own 503 only says that it is busy with itself.
  return sipStatus === 410 || sipStatus === 430 || (local && sipStatus === 503);
}
