import { useInViewport } from '@mantine/hooks';
import type { CallRecord } from '@ringback/contracts';
import { useState } from 'react';
import { Link } from 'react-router';
import { Moment } from '../ui/moment.tsx';
import type { CallColumn } from './call-columns.tsx';
import classes from './calls.module.css';
import { useHeldRows } from './held-rows.ts';
import { moveByKey } from './row-keys.ts';

interface CallsTableProps {
  calls: readonly CallRecord[];
  columns: readonly CallColumn[];
}

/** A call a row. While the reader is at it, by pointer, focus or further down, nothing moves: new calls wait above. */
export function CallsTable({ calls, columns }: CallsTableProps) {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const { ref: top, inViewport: topIsSeen } = useInViewport();
  const [scrolled, setScrolled] = useState(false);
  const away = scrolled && !topIsSeen;
  const { shown, waiting } = useHeldRows(calls, hovered || focused || away);
  const showAll = () => {
    setHovered(false);
    setFocused(false);
    setScrolled(false);
    window.scrollTo({ top: 0 });
  };
  return (
    <>
      <div ref={top} />
      <div className={classes.heldPlace} role="status">
        {waiting > 0 && (
          <button type="button" className={classes.held} onClick={showAll}>
            {waiting === 1 ? '1 new call' : `${waiting} new calls`}
          </button>
        )}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the pointer only holds the rows still, keys move among links */}
      <div
        className={classes.scroll}
        onPointerEnter={(event) => setHovered(event.pointerType === 'mouse')}
        onPointerLeave={() => setHovered(false)}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onWheel={() => setScrolled(true)}
        onTouchMove={() => setScrolled(true)}
        onKeyDown={moveByKey}
      >
        <table className={classes.table} aria-label="Calls">
          <thead>
            <tr>
              <th scope="col">When</th>
              {columns.map(({ id, title, kind }) => (
                <th key={id} scope="col" data-kind={kind}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((call) => (
              <CallRow key={call.id} call={call} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function CallRow({ call, columns }: { call: CallRecord; columns: readonly CallColumn[] }) {
  return (
    <tr className={classes.row}>
      <td data-column="when">
        <Link to={`/calls/${call.id}`} className={classes.link!} data-row>
          <Moment iso={call.createdAt} as="clock" />{' '}
          <span className={classes.ago}>
            <Moment iso={call.createdAt} as="ago" />
          </span>
        </Link>
      </td>
      {columns.map(({ id, title, kind, cell }) => (
        <td key={id} data-column={id} data-kind={kind} data-title={title}>
          {cell(call)}
        </td>
      ))}
    </tr>
  );
}
