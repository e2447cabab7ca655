import type { CallDetail } from '@ringback/contracts';
import { offset } from '../format/duration.ts';
import { legName } from '../format/party.ts';
import { clockTimeMs } from '../format/time.ts';
import { stepsOf } from './leg-steps.ts';
import classes from './queue.module.css';

/** Each leg's dialog, state by state, with the moment of each. */
export function LegList({ detail }: { detail: CallDetail }) {
  return (
    <ul className={classes.legs}>
      {detail.legs.map((leg) => (
        <li key={leg.id} className={classes.leg}>
          <span className={classes.legName}>{legName(leg)}</span>
          <ol className={classes.steps}>
            {stepsOf(leg, detail.events).map(({ state, sipStatus, time, tone }) => (
              <li key={state}>
                <span className={classes.state} data-tone={tone}>
                  {sipStatus ? `${state} (${sipStatus})` : state}
                </span>
                <time className={classes.stepTime} dateTime={time} title={clockTimeMs(time)}>
                  {offset(detail.createdAt, time)}
                </time>
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ul>
  );
}
