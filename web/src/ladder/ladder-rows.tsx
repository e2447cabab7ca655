import { useResizeObserver } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, type MouseEvent, useEffect, useRef } from 'react';
import classes from './ladder.module.css';
import { useLadder, useLadderReading } from './ladder-context.tsx';
import { focusMessage, LADDER_ID } from './ladder-focus.ts';
import { LadderRowView, rowDomId } from './ladder-row.tsx';
import { LifelineHeads } from './lifeline-heads.tsx';
import { inputOfKey } from './model/ladder-keys.ts';
import type { LadderRow } from './model/rows.ts';

const HEIGHTS = { message: 28, event: 26, media: 48 } satisfies Record<LadderRow['kind'], number>;
/** Below the names of the endpoints. */
const HEAD_LINE_PX = 1;
/** So close to its end a live ladder follows what comes. */
const AT_END_PX = 40;

/** The rows, of which only those in sight are in the document: a listbox that keeps the focus, with one active row. */
export function LadderRows() {
  const { call, ladder, momentUs } = useLadder();
  const { state, input } = useLadderReading();
  const { rows, lanes } = ladder;
  const scroller = useRef<HTMLDivElement>(null);
  const [heads, { height }] = useResizeObserver<HTMLUListElement>();
  const headHeight = height + HEAD_LINE_PX;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => HEIGHTS[rows[index]?.kind ?? 'message'],
    getItemKey: (index) => rows[index]?.id ?? index,
    // The names stand above the rows, and stay there.
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    overscan: 10,
  });
  const selected = rows.findIndex(({ id }) => id === state.selectedId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: higher names would cover the row
  useEffect(() => {
    if (selected >= 0) virtual.scrollToIndex(selected, { align: 'auto' });
  }, [selected, virtual, headHeight]);
  useFollow(scroller.current, rows.length, call.end === null);
  const marked = rowAt(rows, momentUs);
  useEffect(() => {
    if (marked !== null) virtual.scrollToIndex(marked, { align: 'auto' });
  }, [marked, virtual]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') focusMessage();
    else {
      const asked = inputOfKey(event.key);
      if (!asked) return;
      input(asked);
    }
    event.preventDefault();
  };
  const onClick = ({ target, currentTarget }: MouseEvent) => {
    const row =
      rows[Number((target as Element).closest('[data-row]')?.getAttribute('data-row') ?? Number.NaN)];
    if (!row) return;
    (currentTarget as HTMLElement).focus({ preventScroll: true });
    if ((target as Element).closest('[data-unfold]')) input({ kind: 'unfold', id: row.id, open: 'toggle' });
    else input({ kind: 'select', id: row.id });
  };
  const items = virtual.getVirtualItems();
  const style = { '--lanes': lanes.lifelines.length } as CSSProperties;
  return (
    <div ref={scroller} className={classes.scroller} style={style} data-times={state.times}>
      <LifelineHeads ref={heads} lanes={lanes} />
      <div
        id={LADDER_ID}
        className={classes.rows}
        role="listbox"
        tabIndex={0}
        aria-label="SIP messages"
        aria-activedescendant={
          selected >= 0 && items.some(({ index }) => index === selected) ? rowDomId(selected) : undefined
        }
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        {items.map(({ index, start, size }) => (
          <LadderRowView
            key={rows[index]?.id}
            row={rows[index] as LadderRow}
            {...{ index, size, ladder }}
            start={start - headHeight}
            selected={index === selected}
            marked={index === marked}
            query={state.query}
            times={state.times}
            compared={state.compared.indexOf(rows[index]?.id ?? '')}
          />
        ))}
      </div>
    </div>
  );
}

/** Whoever reads the end of a ladder that still grows goes on seeing its end. */
function useFollow(scroller: HTMLDivElement | null, count: number, live: boolean): void {
  const atEnd = useRef(true);
  useEffect(() => {
    if (!scroller || !live) return;
    let before = scroller.scrollTop;
    // What has just grown is no reason to stop: only whoever goes up wants to stay there.
    const look = () => {
      const { scrollTop, scrollHeight, clientHeight } = scroller;
      if (scrollHeight - scrollTop - clientHeight < AT_END_PX) atEnd.current = true;
      else if (scrollTop < before) atEnd.current = false;
      before = scrollTop;
    };
    scroller.addEventListener('scroll', look, { passive: true });
    return () => scroller.removeEventListener('scroll', look);
  }, [scroller, live]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what has grown is followed
  useEffect(() => {
    if (!live || !atEnd.current || !scroller) return;
    // With the next frame, for which the page is laid out in any case.
    const frame = requestAnimationFrame(() => {
      scroller.scrollTop = scroller.scrollHeight;
    });
    return () => cancelAnimationFrame(frame);
  }, [count, scroller, live]);
}

/** The row at that moment: the last one that is not after it. */
function rowAt(rows: readonly LadderRow[], timeUs: number | null): number | null {
  if (timeUs === null) return null;
  const after = rows.findIndex((row) => row.timeUs > timeUs);
  return Math.max(0, (after < 0 ? rows.length : after) - 1);
}
