import { type CSSProperties, memo } from 'react';
import classes from './ladder.module.css';
import { legColor } from './leg-color.ts';
import { matches } from './model/ladder-state.ts';
import type { Lifeline } from './model/lifelines.ts';
import { flowsAt, gradeBetween } from './model/media-spans.ts';
import { rowTime, type TimeStyle } from './model/row-times.ts';
import type { EventRow, Ladder, LadderRow, MediaRow, MessageRow } from './model/rows.ts';

interface RowProps {
  row: LadderRow;
  index: number;
  start: number;
  size: number;
  ladder: Ladder;
  selected: boolean;
  /** The moment that was selected elsewhere. */
  marked: boolean;
  query: string | null;
  times: TimeStyle;
  /** 0: the first to compare, 1: the second, -1: neither. */
  compared: number;
}

export function rowDomId(index: number): string {
  return `ladder-row-${index}`;
}

/** One row of the ladder, an option of its listbox. */
export function LadderRowView(props: RowProps) {
  const { row, index, start, size, ladder, selected, marked, query, compared } = props;
  const { rows, lanes } = ladder;
  const count = lanes.lifelines.length;
  const time = rowTime(props.times, row.timeUs, rows[index - 1]?.timeUs ?? null, rows[0]?.timeUs ?? 0);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the listbox has the focus and names its active option
    <div
      id={rowDomId(index)}
      role="option"
      aria-selected={selected}
      aria-setsize={rows.length}
      aria-posinset={index + 1}
      className={classes.row}
      data-row={index}
      data-kind={row.kind}
      data-message={row.kind === 'message' ? row.id : undefined}
      data-match={matches(row, query) || undefined}
      data-marked={marked || undefined}
      style={{ height: size, transform: `translateY(${start}px)` }}
    >
      <span className={classes.time}>
        {compared >= 0 && (
          <b className={classes.compared}>
            {'AB'[compared]}
            <span className="only-for-readers"> chosen to compare, </span>
          </b>
        )}
        {time}
      </span>
      <div className={classes.lanes}>
        <Flows index={index} ladder={ladder} />
        <Lifelines lifelines={lanes.lifelines} />
        {row.kind === 'message' && <Arrow row={row} count={count} />}
        {row.kind === 'event' && <Note row={row} count={count} />}
        {row.kind === 'media' && <Bands row={row} count={count} middle={lanes.middle} />}
        <span className="only-for-readers">{whereIs(row, ladder)}</span>
      </div>
    </div>
  );
}

/** What the drawing says by its place: a row is named by all that is seen of it, and by this (WCAG 2.5.3). */
function whereIs(row: LadderRow, { lanes }: Ladder): string {
  const name = (lane: number) => lanes.lifelines[lane]?.name ?? '';
  switch (row.kind) {
    case 'message':
      return `, ${name(row.from)} to ${name(row.to)}`;
    case 'event':
      return `, ${name(row.lane)}`;
    case 'media':
      return row.spans.map((span) => `${span.label} of ${name(span.lane)}, ${mosWords(span.mos)}`).join('; ');
    default:
      return row satisfies never;
  }
}

export function mosWords(mos: number | null): string {
  return mos === null ? 'MOS not known' : `MOS ${mos.toFixed(2)}`;
}

/** From one lifeline to another, in parts of the width. */
function between(from: number, to: number, count: number): CSSProperties {
  const [left, right] = from < to ? [from, to] : [to, from];
  return { left: `${((left + 0.5) / count) * 100}%`, width: `${((right - left) / count) * 100}%` };
}

/** The bands of the media that flows at that moment. */
function Flows({ index, ladder: { rows, lanes, spans } }: { index: number; ladder: Ladder }) {
  const fromUs = rows[index]?.timeUs ?? 0;
  const toUs = rows[index + 1]?.timeUs ?? Number.POSITIVE_INFINITY;
  return spans
    .filter((span) => flowsAt(span, fromUs))
    .map((span) => (
      <i
        key={span.legId}
        className={classes.flow}
        data-grade={gradeBetween(span, fromUs, toUs)}
        style={between(span.lane, lanes.middle, lanes.lifelines.length)}
      />
    ));
}

interface LifelinesProps {
  lifelines: readonly Lifeline[];
}

const Lifelines = memo(function Lifelines({ lifelines }: LifelinesProps) {
  return lifelines.map(({ id, color }, lane) => (
    <i
      key={id}
      className={classes.lifeline}
      style={{ ...legColor(color), left: `${((lane + 0.5) / lifelines.length) * 100}%` }}
    />
  ));
}, areDrawnAlike);

function areDrawnAlike({ lifelines: a }: LifelinesProps, { lifelines: b }: LifelinesProps): boolean {
  return (
    a.length === b.length && a.every(({ id, color }, lane) => id === b[lane]?.id && color === b[lane].color)
  );
}

const Arrow = memo(function Arrow({ row, count }: { row: MessageRow; count: number }) {
  const { from, to, color, look, sdp, times, repeat, unfolded } = row;
  return (
    <div
      className={classes.arrow}
      data-look={look}
      data-to={to > from ? 'right' : 'left'}
      data-repeat={repeat || undefined}
      style={{ ...between(from, to, count), ...(look === 'failure' ? {} : legColor(color)) }}
    >
      <span className={classes.label}>
        {look === 'failure' && <span aria-hidden>✗ </span>}
        <Label row={row} />
        {sdp && <small> sdp</small>}
        {repeat && <small> again</small>}
      </span>
      {times > 1 && (
        <span className={classes.times} data-unfold title={unfolded ? 'Fold (←)' : 'Show each (→)'}>
          ×{times}
          {unfolded ? ' ▾' : ' ▸'}
        </span>
      )}
    </div>
  );
});

/** Where lifelines are close, the number of a response stands for it. */
function Label({ row: { label, message } }: { row: MessageRow }) {
  if (message.status === null) return label;
  return (
    <>
      {message.status}
      <span className={classes.reason}>{label.slice(3)}</span>
    </>
  );
}

function Note({ row, count }: { row: EventRow; count: number }) {
  const onRight = row.lane >= count / 2;
  const at = ((row.lane + 0.5) / count) * 100;
  const place = onRight
    ? { right: `${100 - at}%`, maxWidth: `${at}%` }
    : { left: `${at}%`, maxWidth: `${100 - at}%` };
  return (
    <div className={classes.note} data-side={onRight ? 'left' : 'right'} style={place} title={row.text}>
      <span className={classes.noteText}>{row.text}</span>
    </div>
  );
}

function Bands({ row, count, middle }: { row: MediaRow; count: number; middle: number }) {
  return row.spans.map(({ legId, lane, label, facts, mos, grade }) => (
    <div key={legId} className={classes.band} data-grade={grade} style={between(lane, middle, count)}>
      <span>
        {label} <b>{mos === null ? '' : mos.toFixed(2)}</b>
      </span>
      <small>{facts}</small>
    </div>
  ));
}
