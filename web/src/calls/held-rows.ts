import { useRef } from 'react';

interface Row {
  id: string;
}

/**
 * Rows to show while the reader's hand is on the list: those that were there keep their place, new ones at the top
 * wait. Rows further down (older pages) are added at once.
 */
export function heldRows<R extends Row>(
  rows: readonly R[],
  shownIds: readonly string[],
): { shown: R[]; waiting: number } {
  const first = rows.findIndex(({ id }) => shownIds.includes(id));
  if (first <= 0) return { shown: [...rows], waiting: 0 };
  return { shown: rows.slice(first), waiting: first };
}

/** `heldRows` while `held`; else all rows, which the next hold starts from. */
export function useHeldRows<R extends Row>(
  rows: readonly R[],
  held: boolean,
): { shown: R[]; waiting: number } {
  const shownIds = useRef<readonly string[]>([]);
  const result = held ? heldRows(rows, shownIds.current) : { shown: [...rows], waiting: 0 };
  shownIds.current = result.shown.map(({ id }) => id);
  return result;
}
