import type { Call } from '@ringback/contracts';
import { isOver } from '../format/call-words.ts';
import { useNow } from '../ui/use-now.ts';
import { phasesOf, phaseWords } from './call-phases.ts';
import classes from './queue.module.css';

const LIVE_MS = 250;
/** So that a short phase can be seen beside a long one. */
const LEAST_SHARE = 0.04;

/** The call's time as a strip: set up, ringing, talking. */
export function PhaseStrip({ call }: { call: Call }) {
  return isOver(call.status) ? <Strip call={call} nowMs={0} /> : <LiveStrip call={call} />;
}

function LiveStrip({ call }: { call: Call }) {
  return <Strip call={call} nowMs={useNow(LIVE_MS)} />;
}

function Strip({ call, nowMs }: { call: Call; nowMs: number }) {
  const phases = phasesOf(call, nowMs);
  const totalMs = phases.reduce((sum, { lengthMs }) => sum + lengthMs, 0);
  const words = phaseWords(phases);
  return (
    <span className={classes.strip} role="img" aria-label={words} title={words}>
      {phases.map(({ name, tone, lengthMs }) => (
        <span
          key={name}
          className={classes.phase}
          data-tone={tone}
          style={{ flexGrow: Math.max(LEAST_SHARE, lengthMs / Math.max(1, totalMs)) }}
        />
      ))}
    </span>
  );
}
