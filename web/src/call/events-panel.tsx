import type { CallDetail } from '@ringback/contracts';
import { memo } from 'react';
import { offset } from '../format/duration.ts';
import { clockTimeMs } from '../format/time.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './call.module.css';

export const EventsPanel = memo(function EventsPanel({ call }: { call: CallDetail }) {
  return (
    <Panel title="Events">
      {call.events.length === 0 ? 'Nothing has happened yet.' : <Timeline call={call} />}
    </Panel>
  );
});

function Timeline({ call }: { call: CallDetail }) {
  return (
    <ol className={`${classes.timeline} mono`}>
      {call.events.map(({ time, type, legId, detail }) => (
        <li key={`${time} ${type} ${legId} ${detail}`}>
          <time dateTime={time}>{clockTimeMs(time)}</time>
          <span className={classes.dim}>{offset(call.createdAt, time)}</span>
          <span>
            <span className={classes.dim}>{type}</span> {detail}
          </span>
        </li>
      ))}
    </ol>
  );
}
