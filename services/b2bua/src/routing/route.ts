import { type CallEnd, type CallParty, destinationOf, type EndCode } from '@ringback/contracts';
import { reasonPhrase } from '@ringback/sip';
import type { BindingRow, Store } from '@ringback/store';
import { q850CauseOf } from '../call/call-end.ts';
import { VOICE_NUMBER } from '../subscribers/session-issuer.ts';

export type Route =
  | { kind: 'refuse'; to: CallParty; end: CallEnd }
  /** Groups are tried one after the other; the contacts of one group ring at once. */
  | { kind: 'dial'; to: CallParty; groups: readonly (readonly BindingRow[])[] };

const SERVICE_NAMES = { echo: 'Echo', tone: 'Tone', welcome: 'Welcome' } as const;

/** Finds out what is behind a dialled string. `nextTurn` counts on each time it is asked, so that voices take turns. */
export async function routeOf(
  store: Pick<Store, 'subscribers' | 'bindings'>,
  dialled: string,
  nextTurn: () => number,
  nowMs: number,
): Promise<Route> {
  const destination = destinationOf(dialled);
  switch (destination.kind) {
    case 'status':
      return statusRoute(dialled, destination.sipStatus);
    case 'service': {
      const to = { number: dialled, displayName: SERVICE_NAMES[destination.service] };
      const voices = inTurn(await store.bindings.ofNumber(VOICE_NUMBER, nowMs), nextTurn());
      if (voices.length === 0) return refusal('no-voice', to, 480, 20, 'No voice is registered');
      return { kind: 'dial', to, groups: voices.map((voice) => [voice]) };
    }
    case 'subscriber': {
      const subscriber = await store.subscribers.find(destination.number);
      if (!subscriber || subscriber.kind === 'voice')
        return refusal(
          'unknown-number',
          { number: dialled, displayName: null },
          404,
          1,
          `Nobody has the number or name ${dialled}`,
        );
      const to = { number: subscriber.number, displayName: subscriber.displayName };
      const contacts = await store.bindings.ofNumber(subscriber.number, nowMs);
      if (contacts.length === 0)
        return refusal(
          'no-phone',
          to,
          480,
          20,
          `${subscriber.displayName ?? subscriber.number} has no phone registered`,
        );
      return { kind: 'dial', to, groups: [contacts] };
    }
    default:
      return destination satisfies never;
  }
}

/** The same list, begun at another place each time. */
export function inTurn<T>(list: readonly T[], turn: number): T[] {
  const start = list.length === 0 ? 0 : turn % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

function statusRoute(dialled: string, sipStatus: number): Route {
  const phrase = reasonPhrase(sipStatus);
  return refusal(
    'test-number',
    { number: dialled, displayName: phrase === '' ? null : phrase },
    sipStatus,
    q850CauseOf(sipStatus),
    `${dialled} is the number that answers ${`${sipStatus} ${phrase}`.trim()}`,
  );
}

export function refusal(
  code: EndCode,
  to: CallParty,
  sipStatus: number,
  q850Cause: number,
  sentence: string,
): Route {
  return { kind: 'refuse', to, end: { by: 'network', sipStatus, q850Cause, sentence, code } };
}
