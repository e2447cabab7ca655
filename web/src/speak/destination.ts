import type { Binding, Subscriber } from '@ringback/contracts';
import { partyName } from '../format/party.ts';
import { dialTarget } from '../phone/dial-target.ts';

/** Whom the form calls: this page, a phone that is registered, or a number typed by hand. */
export type Choice = { kind: 'this-page' } | { kind: 'phone'; number: string } | { kind: 'other' };

export interface Phone {
  number: string;
  displayName: string | null;
  /** What is registered under the number: `Linphone, udp`. */
  devices: string;
}

/** Phones that can ring now, without this page and without the voices. */
export function phonesOnline(
  subscribers: readonly Subscriber[],
  bindings: readonly Binding[],
  own: string | null,
): Phone[] {
  return subscribers
    .filter(({ kind, online, number }) => online && kind !== 'voice' && number !== own)
    .map(({ number, displayName, kind }) => {
      const contacts = bindings.filter((binding) => binding.number === number);
      return { number, displayName, devices: kind === 'page' ? 'another browser page' : devicesOf(contacts) };
    });
}

function devicesOf(bindings: readonly Binding[]): string {
  const devices = bindings.map(({ userAgent, transport }) => `${productOf(userAgent)}, ${transport}`);
  return [...new Set(devices)].join('; ');
}

/** `Linphone-Desktop/5.2.6 (...)` becomes `Linphone-Desktop`: the product of a User-Agent header (RFC 3261 20.41). */
export function productOf(userAgent: string | null): string {
  return userAgent?.split(/[/\s(]/)[0] || 'phone';
}

export interface Reachable {
  own: string | null;
  /** Whether this page's phone can ring now. */
  registered: boolean;
  phones: readonly Phone[];
  typed: string;
}

/** Whom to call; null while that cannot be done. */
export function numberToRing(choice: Choice, { own, registered, phones, typed }: Reachable): string | null {
  switch (choice.kind) {
    case 'this-page':
      return registered ? own : null;
    case 'phone':
      return isOnline(choice.number, phones) ? choice.number : null;
    case 'other':
      return dialTarget(typed);
    default:
      return choice satisfies never;
  }
}

export function isOnline(wanted: string, phones: readonly Phone[]): boolean {
  return phones.some(({ number }) => number === wanted);
}

/** What the button promises. */
export function ringLabel(choice: Choice, phones: readonly Phone[], typed: string): string {
  switch (choice.kind) {
    case 'this-page':
      return 'Ring this browser';
    case 'phone': {
      const phone = phones.find(({ number }) => number === choice.number);
      return `Ring ${phone ? partyName(phone) : choice.number}`;
    }
    case 'other':
      return typed === '' ? 'Ring' : `Ring ${typed}`;
    default:
      return choice satisfies never;
  }
}
