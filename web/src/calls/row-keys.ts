import type { KeyboardEvent } from 'react';

const STEP: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
const ROW = 'a[data-row]';

/** Arrows, `j` and `k`, Home and End move from row to row; Enter is the link's own. */
export function moveByKey(event: KeyboardEvent<HTMLElement>): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const rows = rowsIn(event.currentTarget);
  const here = rows.indexOf(document.activeElement as HTMLAnchorElement);
  const step = STEP[event.key];
  const next =
    step !== undefined
      ? rows[here + step]
      : event.key === 'Home'
        ? rows[0]
        : event.key === 'End'
          ? rows.at(-1)
          : undefined;
  if (!next || here < 0) return;
  event.preventDefault();
  next.focus();
}

export function focusFirstRow(): void {
  rowsIn(document)[0]?.focus();
}

function rowsIn(within: ParentNode): HTMLAnchorElement[] {
  return [...within.querySelectorAll<HTMLAnchorElement>(ROW)];
}
