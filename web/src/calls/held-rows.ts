import { useRef } from 'react';

interface Row {
  id: string;
}

/**
 * Rows to show while the reader's hand is on the list: those that were there keep their place, also one that no longer
 * belongs to the list; new ones at the top wait. Rows further down (older pages) are added at once.
 */
export function heldRows<R extends Row>(
  rows: readonly R[],
  before: readonly R[],
): { shown: R[]; waiting: number } {
  const now = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(before.map(({ id }) => id));
  const lastKnown = rows.findLastIndex(({ id }) => known.has(id));
  if (lastKnown < 0) return { shown: [...rows], waiting: 0 };
  const kept = before.map((row) => now.get(row.id) ?? row);
  const waiting = rows.slice(0, lastKnown).filter(({ id }) => !known.has(id)).length;
  return { shown: [...kept, ...rows.slice(lastKnown + 1)], waiting };
}

/** `heldRows` while `held`; else all rows, which the next hold starts from. */
export function useHeldRows<R extends Row>(
  rows: readonly R[],
  held: boolean,
): { shown: R[]; waiting: number } {
  const shown = useRef<readonly R[]>([]);
  const result = held ? heldRows(rows, shown.current) : { shown: [...rows], waiting: 0 };
  shown.current = result.shown;
  return result;
}
