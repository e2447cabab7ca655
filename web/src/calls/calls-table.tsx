import type { Call } from '@ringback/contracts';
import { useState } from 'react';
import { Link } from 'react-router';
import { isOver, statusWords } from '../format/call-words.ts';
import { length } from '../format/duration.ts';
import { partyName } from '../format/party.ts';
import { CallTimer } from '../softphone/call-timer.tsx';
import { Moment } from '../ui/moment.tsx';
import { StateMark } from '../ui/state-mark.tsx';
import classes from './calls.module.css';
import { useHeldRows } from './held-rows.ts';

/** A call a row. While the pointer or the focus is on the table nothing moves under it: new calls wait above. */
export function CallsTable({ calls }: { calls: readonly Call[] }) {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const { shown, waiting } = useHeldRows(calls, hovered || focused);
  const showAll = () => {
    setHovered(false);
    setFocused(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only holds the rows still
    <div
      className={classes.scroll}
      onPointerEnter={(event) => setHovered(event.pointerType === 'mouse')}
      onPointerLeave={() => setHovered(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      {waiting > 0 && (
        <button type="button" className={classes.held} onClick={showAll}>
          {waiting === 1 ? 'Show 1 new call' : `Show ${waiting} new calls`}
        </button>
      )}
      <table className={classes.table} aria-label="Calls">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Status</th>
            <th scope="col" className={classes.number}>
              Duration
            </th>
            <th scope="col">Ended by, and why</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((call) => (
            <CallRow key={call.id} call={call} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CallRow({ call }: { call: Call }) {
  const { word, tone } = statusWords(call.status);
  return (
    <tr className={classes.row}>
      <td className={`${classes.short} ${classes.when}`}>
        <Link to={`/calls/${call.id}`} className={classes.link!}>
          <Moment iso={call.createdAt} as="clock" />
        </Link>{' '}
        <span className={classes.why}>
          <Moment iso={call.createdAt} as="ago" />
        </span>
      </td>
      <td className={classes.party}>{partyName(call.from)}</td>
      <td className={`${classes.party} ${classes.to}`}>{partyName(call.to)}</td>
      <td className={`${classes.short} ${classes.status}`}>
        <StateMark tone={tone}>{word}</StateMark>
      </td>
      <td className={classes.number}>
        <Duration call={call} />
      </td>
      <td className={classes.why}>
        {call.end && `${call.end.by}: ${call.explanation?.sentence ?? call.end.sentence}`}
      </td>
    </tr>
  );
}

function Duration({ call }: { call: Call }) {
  if (call.durationMs !== null) return length(call.durationMs);
  if (call.answeredAt && !isOver(call.status)) return <CallTimer sinceMs={Date.parse(call.answeredAt)} />;
  return '–';
}
