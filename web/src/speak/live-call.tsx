import { Anchor, Button } from '@mantine/core';
import type { Call, CallDetail } from '@ringback/contracts';
import { IconPhoneOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { troubleOf } from '../api/problem-error.ts';
import { useCall, useHangUp } from '../api/queries.ts';
import { endedBy, isOver, statusWords } from '../format/call-words.ts';
import { length, offset } from '../format/duration.ts';
import { legName, partyName } from '../format/party.ts';
import { clockTimeMs } from '../format/time.ts';
import { CallTimer } from '../softphone/call-timer.tsx';
import { Moment } from '../ui/moment.tsx';
import { StateMark } from '../ui/state-mark.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { stepsOf } from './leg-steps.ts';
import classes from './speak.module.css';

/** One call: who, its status, and each leg's dialog with the moment of each state. */
export function LiveCall({ call }: { call: Call }) {
  const detail = useCall(call.id);
  const hangUp = useHangUp();
  const over = isOver(call.status);
  const { word, tone } = statusWords(call.status);
  const parties = `${partyName(call.from)} → ${partyName(call.to)}`;
  return (
    <article className={classes.call} aria-label={`Call ${parties}`}>
      <div className={classes.callHead}>
        <Moment iso={call.createdAt} as="clock" />
        <span className={classes.parties}>{parties}</span>
        <StateMark tone={tone}>{word}</StateMark>
        {call.answeredAt && !over && <CallTimer sinceMs={Date.parse(call.answeredAt)} />}
        {call.durationMs !== null && <span>{length(call.durationMs)}</span>}
        <span style={{ marginInlineStart: 'auto' }}>
          {over ? (
            <Anchor component={Link} to={`/calls/${call.id}`} size="sm">
              Details
            </Anchor>
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
      </div>
      {call.end && (
        <div className={classes.end}>
          {endedBy(call.end)}: {call.end.sentence}
        </div>
      )}
      {detail.data && <Legs detail={detail.data} />}
      {hangUp.isError && <TroubleNote trouble={troubleOf(hangUp.error)} />}
    </article>
  );
}

function Legs({ detail }: { detail: CallDetail }) {
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
