import { Button } from '@mantine/core';
import type { Call, CallDetail } from '@ringback/contracts';
import { IconPhoneOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { troubleOf } from '../api/problem-error.ts';
import { useCall, useHangUp } from '../api/queries.ts';
import { isOver, statusWords } from '../format/call-words.ts';
import { partyName } from '../format/party.ts';
import { CallTimer } from '../softphone/call-timer.tsx';
import { Moment } from '../ui/moment.tsx';
import { StateMark } from '../ui/state-mark.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { callFacts } from './call-facts.ts';
import { LegList } from './leg-list.tsx';
import { PhaseStrip } from './phase-strip.tsx';
import classes from './queue.module.css';

/** One call: who, its state, how its time was spent, what came of it; each leg's dialog while it goes on. */
export function QueuedCall({ call }: { call: Call }) {
  const detail = useCall(call.id).data;
  const hangUp = useHangUp();
  const over = isOver(call.status);
  const { word, tone } = statusWords(call.status);
  const parties = `${partyName(call.from)} → ${partyName(call.to)}`;
  const facts = callFacts(detail ?? call, detail?.legs);
  return (
    <article className={classes.call} aria-label={`Call ${parties}`}>
      <div className={classes.head}>
        <span className={classes.time}>
          <Moment iso={call.createdAt} as="clock" />
        </span>
        <span className={classes.parties}>{parties}</span>
        <span className={classes.action}>
          {over ? (
            <Button
              component={Link}
              to={`/calls/${call.id}`}
              size="compact-sm"
              variant="default"
              aria-label={`Ladder of the call ${parties}`}
            >
              Ladder
            </Button>
          ) : (
            <Button
              size="compact-sm"
              variant="light"
              color="red"
              loading={hangUp.isPending}
              leftSection={<IconPhoneOff size={14} aria-hidden />}
              aria-label={`End the call ${parties}`}
              onClick={() => hangUp.mutate(call.id)}
            >
              End
            </Button>
          )}
        </span>
        <div className={classes.progress}>
          <StateMark tone={tone}>{word}</StateMark>
          <PhaseStrip call={call} />
          {!over && <CallTimer sinceMs={Date.parse(call.answeredAt ?? call.createdAt)} />}
          <span className={classes.facts}>{facts.join(' · ')}</span>
        </div>
      </div>
      {call.end && <div className={classes.end}>{call.explanation?.sentence ?? call.end.sentence}</div>}
      {detail && !over && <GoingOn detail={detail} />}
      {hangUp.isError && <TroubleNote trouble={troubleOf(hangUp.error)} />}
    </article>
  );
}

/** What one wants to see while it happens. */
function GoingOn({ detail }: { detail: CallDetail }) {
  return (
    <>
      {detail.text && <div className={classes.said}>“{detail.text}”</div>}
      <LegList detail={detail} />
    </>
  );
}
