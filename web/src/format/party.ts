import type { CallParty, Leg, PartyKind } from '@ringback/contracts';

/** `1001 Alice`, the number alone, or a name that has the number in it already. */
export function partyName({ number, displayName }: CallParty): string {
  if (!displayName) return number;
  return displayName.includes(number) ? displayName : `${number} ${displayName}`;
}

const KIND_WORDS = {
  browser: 'browser',
  phone: 'phone',
  voice: 'voice',
  network: 'Ringback',
} satisfies Record<PartyKind, string>;

export function kindWord(kind: PartyKind): string {
  return KIND_WORDS[kind];
}

/** `1002 Bob (phone, udp)` */
export function legName(leg: Pick<Leg, 'number' | 'displayName' | 'kind' | 'transport'>): string {
  const about = leg.transport ? `${KIND_WORDS[leg.kind]}, ${leg.transport}` : KIND_WORDS[leg.kind];
  return `${partyName(leg)} (${about})`;
}
