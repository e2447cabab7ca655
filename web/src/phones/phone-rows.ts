import type { Binding, Subscriber } from '@ringback/contracts';

export interface PhoneRow {
  subscriber: Subscriber;
  bindings: Binding[];
}

const KIND_ORDER = { subscriber: 0, page: 1, voice: 2 } as const satisfies Record<Subscriber['kind'], number>;

/** Each subscriber with its bindings: people first, then pages, then voices, each by number. */
export function phoneRows(subscribers: readonly Subscriber[], bindings: readonly Binding[]): PhoneRow[] {
  return subscribers
    .map((subscriber) => ({
      subscriber,
      bindings: bindings.filter(({ number }) => number === subscriber.number),
    }))
    .sort(({ subscriber: a }, { subscriber: b }) => {
      return (
        KIND_ORDER[a.kind] - KIND_ORDER[b.kind] || a.number.localeCompare(b.number, 'en', { numeric: true })
      );
    });
}

/** `2 phones: udp, wss`; nothing when none is registered. */
export function inWords(bindings: readonly Pick<Binding, 'transport'>[]): string {
  if (bindings.length === 0) return '';
  const transports = [...new Set(bindings.map(({ transport }) => transport))].sort().join(', ');
  return bindings.length === 1 ? transports : `${bindings.length} phones: ${transports}`;
}
