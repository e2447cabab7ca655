import type { LineState } from '../phone/line-state.ts';
import { usePhoneState } from '../phone/use-phone.ts';
import { useNow } from '../ui/use-now.ts';
import { renewalWords } from './call-words.ts';
import classes from './softphone.module.css';

/** `Registered as 2001`, or what keeps it from being so; a screen reader is told of each change. */
export function LineStatus() {
  const { line } = usePhoneState();
  return (
    <div className={classes.status} role="status" id="line-status">
      <span className={classes.lamp} data-state={line.kind} aria-hidden />
      <span>{lineWords(line)}</span>
    </div>
  );
}

/** How long until the page registers anew; not announced, since it changes each second. */
export function Renewal() {
  const { line } = usePhoneState();
  if (line.kind !== 'registered') return null;
  return <RenewalClock renewsAtMs={line.renewsAtMs} />;
}

function RenewalClock({ renewsAtMs }: { renewsAtMs: number }) {
  const nowMs = useNow(1_000);
  return (
    <span className={classes.renewal} id="line-renewal">
      {renewalWords(renewsAtMs, nowMs)}
    </span>
  );
}

function lineWords(line: LineState): string {
  switch (line.kind) {
    case 'claiming':
      return 'Getting a number';
    case 'connecting':
      return line.attempt > 0 ? `Reconnecting as ${line.number}` : `Connecting as ${line.number}`;
    case 'registered':
      return `Registered as ${line.number}`;
    case 'failed':
      return 'Not registered';
    default: {
      const never: never = line;
      throw new Error(`Unknown line ${JSON.stringify(never)}`);
    }
  }
}
