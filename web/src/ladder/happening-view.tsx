import { clockTimeMs } from '../format/time.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { curlOf } from './export/curl.ts';
import { useLadder } from './ladder-context.tsx';
import { mosWords } from './ladder-row.tsx';
import classes from './message.module.css';
import type { EventRow, MediaRow } from './model/rows.ts';

/** An event of the call that is no message; the request that asked for the call is told as curl. */
export function EventView({ row }: { row: EventRow }) {
  const { call } = useLadder();
  const curl = row.event.type === 'call.queued' ? curlOf(call, window.location.origin) : null;
  return (
    <>
      <p className={classes.way}>
        <time dateTime={row.event.time}>{clockTimeMs(row.event.time)}</time> · {row.event.type}
      </p>
      <p className={classes.text}>{row.event.detail || row.text}</p>
      {curl && (
        <>
          <pre className={`${classes.raw} mono`}>{curl}</pre>
          <div className={classes.tools}>
            <CopyButton text={() => curl} label="Copy as curl" />
          </div>
        </>
      )}
    </>
  );
}

/** What flowed between the endpoints, as far as it is counted. */
export function MediaView({ row }: { row: MediaRow }) {
  const { ladder } = useLadder();
  return row.spans.map(({ legId, lane, label, facts, mos }) => (
    <p key={legId} className={classes.text}>
      <b>{ladder.lanes.lifelines[lane]?.name}</b> {label}
      {facts && `: ${facts}`}, {mosWords(mos)}
    </p>
  ));
}
