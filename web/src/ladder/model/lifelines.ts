import type { Leg, SipMessageRecord } from '@ringback/contracts';
import { kindWord, partyName } from '../../format/party.ts';

export interface Lifeline {
  id: string;
  title: string;
  /** The title; with the address where several have the same one, as the phones of one number do. */
  name: string;
  /** `browser, ws`; of Ringback itself: nothing. */
  about: string;
  address: string | null;
  /** Of the leg whose colour it has; null for Ringback, which stands between all. */
  color: number | null;
}

/** Who stands where, from left to right: the caller, Ringback, and everyone who was called. */
export interface Lanes {
  lifelines: Lifeline[];
  /** Where Ringback stands. */
  middle: number;
  /** By Call-ID. */
  dialogs: ReadonlyMap<string, Dialog>;
}

/** One leg, or a dialog whose leg is not known (yet). */
export interface Dialog {
  lane: number;
  /** Each dialog has a colour of its own, also where two share a lifeline. */
  color: number;
  leg: Leg | null;
}

interface Seat {
  key: string;
  side: 'left' | 'right';
  sipCallId: string;
  leg: Leg | null;
  title: string;
  about: string;
  address: string | null;
}

type Wire = Pick<SipMessageRecord, 'sipCallId' | 'direction' | 'source' | 'destination' | 'transport'>;

export function lanesOf(legs: readonly Leg[], messages: readonly Wire[]): Lanes {
  const seats = [...legs.map(seatOfLeg), ...seatsOfStrangers(legs, messages)];
  const left = distinct(seats.filter(({ side }) => side === 'left'));
  const right = distinct(seats.filter(({ side }) => side === 'right'));
  const colorOf = (key: string) => seats.findIndex((seat) => seat.key === key);
  const lifeline = ({ key, title, about, address }: Seat): Lifeline => ({
    ...{ id: key, title, name: nameOf(title, address, [...left, ...right]), about, address },
    color: colorOf(key),
  });
  const lifelines = [...left.map(lifeline), ringback(messages), ...right.map(lifeline)];
  const lanes = new Map(lifelines.map(({ id }, index) => [id, index]));
  const dialogs = seats.map(
    ({ key, sipCallId, leg }, color) => [sipCallId, { lane: lanes.get(key) ?? 0, color, leg }] as const,
  );
  return { lifelines, middle: left.length, dialogs: new Map(dialogs) };
}

/** Two legs to the same contact, one after the other, are the same endpoint. */
function seatOfLeg(leg: Leg): Seat {
  return {
    key: `${leg.role} ${leg.number} ${leg.remoteAddress ?? leg.id}`,
    side: leg.role === 'caller' ? 'left' : 'right',
    sipCallId: leg.sipCallId,
    leg,
    title: partyName(leg),
    about: leg.transport ? `${kindWord(leg.kind)}, ${leg.transport}` : kindWord(leg.kind),
    address: leg.remoteAddress,
  };
}

function seatsOfStrangers(legs: readonly Leg[], messages: readonly Wire[]): Seat[] {
  const known = new Set(legs.map(({ sipCallId }) => sipCallId));
  const seats = new Map<string, Seat>();
  for (const { sipCallId, direction, source, destination, transport } of messages) {
    if (known.has(sipCallId) || seats.has(sipCallId)) continue;
    const address = direction === 'in' ? source : destination;
    const side = direction === 'in' ? 'left' : 'right';
    seats.set(sipCallId, {
      ...{ key: `${side} ${address}`, side, sipCallId, leg: null },
      ...{ title: address, about: transport, address: null },
    });
  }
  return [...seats.values()];
}

function nameOf(title: string, address: string | null, seats: readonly Seat[]): string {
  const alone = seats.filter((seat) => seat.title === title).length === 1;
  return alone || address === null ? title : `${title} at ${address}`;
}

function distinct(seats: readonly Seat[]): Seat[] {
  return seats.filter(({ key }, index) => seats.findIndex((other) => other.key === key) === index);
}

function ringback(messages: readonly Wire[]): Lifeline {
  const own = messages.map(({ direction, source, destination }) =>
    direction === 'in' ? destination : source,
  );
  return {
    id: 'ringback',
    title: 'Ringback',
    name: 'Ringback',
    about: '',
    address: [...new Set(own)].join(', ') || null,
    color: null,
  };
}
