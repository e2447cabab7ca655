import type { CallDetail } from '@ringback/contracts';
import { endedBy, isOver, statusWords } from '../format/call-words.ts';
import { length } from '../format/duration.ts';
import { partyName } from '../format/party.ts';
import { CallTimer } from '../softphone/call-timer.tsx';
import { LiveMark } from '../ui/live-mark.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { StateMark } from '../ui/state-mark.tsx';
import classes from './call.module.css';
import { CallActions } from './call-actions.tsx';
import { lowestMos } from './lowest-mos.ts';

/** Who with whom, how it went, and what can be taken away of it. */
export function CallHeader({ call }: { call: CallDetail }) {
  const parties = `${partyName(call.from)} → ${partyName(call.to)}`;
  return (
    <header className={classes.header}>
      <PageTitle browserTitle={parties} aside={<CallActions call={call} />}>
        {parties}
      </PageTitle>
      <div className={classes.outcome}>
        <Outcome call={call} />
      </div>
    </header>
  );
}

function Outcome({ call }: { call: CallDetail }) {
  const { word, tone } = statusWords(call.status);
  const over = isOver(call.status);
  const mos = lowestMos(call.legs);
  return (
    <>
      <StateMark tone={tone}>{word}</StateMark>
      {call.answeredAt && !over && <CallTimer sinceMs={Date.parse(call.answeredAt)} />}
      {call.durationMs !== null && <span>{length(call.durationMs)}</span>}
      {call.end && <span>{endedBy(call.end)}</span>}
      {mos !== null && (
        <span title="Of the direction that sounded worse (ITU-T G.107)">MOS {mos.toFixed(2)}</span>
      )}
      {!over && <LiveMark />}
    </>
  );
}
