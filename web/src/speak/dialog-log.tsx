import { useCallDetails } from '../api/queries.ts';
import { legName } from '../format/party.ts';
import { clockTimeMs } from '../format/time.ts';
import { Panel } from '../ui/panel.tsx';
import { logOf } from './leg-steps.ts';
import classes from './queue.module.css';

/** States of all dialogs of the calls above, one a line, newest first. */
export function DialogLog({ ids }: { ids: readonly string[] }) {
  const lines = logOf(useCallDetails(ids), legName);
  return (
    <Panel title="Dialog log" flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <div className={classes.log} role="log" aria-label="Dialog states" tabIndex={0}>
        <ol className="mono">
          {lines.map(({ key, time, who, what, tone }) => (
            <li key={key}>
              <time dateTime={time}>{clockTimeMs(time)}</time>
              <span>{who}</span>
              <span className={classes.state} data-tone={tone}>
                {what}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </Panel>
  );
}
