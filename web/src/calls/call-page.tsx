import { Anchor, Button, Group, Skeleton, Stack } from '@mantine/core';
import type { CallDetail } from '@ringback/contracts';
import { IconArrowLeft, IconPhoneOff } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { troubleOf } from '../api/problem-error.ts';
import { useCall, useHangUp } from '../api/queries.ts';
import { endedBy, isOver, providerWord, statusWords } from '../format/call-words.ts';
import { length, offset } from '../format/duration.ts';
import { partyName } from '../format/party.ts';
import { clockTimeMs, exactTime } from '../format/time.ts';
import { SelectedMomentProvider } from '../moment/selected-moment.tsx';
import { CallTimer } from '../softphone/call-timer.tsx';
import { LiveMark } from '../ui/live-mark.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { Panel } from '../ui/panel.tsx';
import { StateMark } from '../ui/state-mark.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import classes from './calls.module.css';
import { Fact } from './fact.tsx';
import { LegFacts } from './leg-facts.tsx';
import { MessageList } from './message-list.tsx';

/** Everything that is known of one call. */
export default function CallPage() {
  const { id = '' } = useParams();
  const call = useCall(id);
  if (call.data) {
    return (
      <SelectedMomentProvider key={id}>
        <Sections call={call.data} />
      </SelectedMomentProvider>
    );
  }
  return (
    <Stack gap="md">
      <Back />
      {call.isError ? (
        <TroubleNote trouble={troubleOf(call.error)} />
      ) : (
        <Stack aria-label="The call is loading">
          <Skeleton h={28} w="50%" />
          <Skeleton h={120} />
          <Skeleton h={200} />
        </Stack>
      )}
    </Stack>
  );
}

function Sections({ call }: { call: CallDetail }) {
  const parties = `${partyName(call.from)} → ${partyName(call.to)}`;
  const { word, tone } = statusWords(call.status);
  return (
    <Stack gap="md">
      <Back />
      <PageTitle browserTitle={parties} aside={isOver(call.status) ? null : <HangUp id={call.id} />}>
        {parties}
      </PageTitle>
      <Panel title="Summary" aside={<LiveMark />}>
        <Stack gap="md">
          <Group gap="sm">
            <StateMark tone={tone}>{word}</StateMark>
            {call.answeredAt && !isOver(call.status) && <CallTimer sinceMs={Date.parse(call.answeredAt)} />}
            {call.end && (
              <span>
                {endedBy(call.end)}: {call.end.sentence}
              </span>
            )}
          </Group>
          <Summary call={call} />
          {call.text && <blockquote className={classes.spoken}>{call.text}</blockquote>}
        </Stack>
      </Panel>
      <Panel title="Legs" flush>
        {call.legs.map((leg) => (
          <LegFacts key={leg.id} leg={leg} />
        ))}
        {call.legs.length === 0 && <p className={classes.leg}>No phone has been reached yet.</p>}
      </Panel>
      <Panel title="Events">
        <Timeline call={call} />
      </Panel>
      <Panel title="SIP messages" flush>
        <MessageList callId={call.id} />
      </Panel>
    </Stack>
  );
}

function Summary({ call }: { call: CallDetail }) {
  return (
    <dl className={classes.facts}>
      <Fact name="Started">{exactTime(call.createdAt)}</Fact>
      <Fact name="Rang after">{call.ringingAt && offset(call.createdAt, call.ringingAt)}</Fact>
      <Fact name="Answered after">{call.answeredAt && offset(call.createdAt, call.answeredAt)}</Fact>
      <Fact name="Talked for">{call.durationMs === null ? null : length(call.durationMs)}</Fact>
      <Fact name="SIP status, Q.850 cause">{call.end && `${call.end.sipStatus}, ${call.end.q850Cause}`}</Fact>
      <Fact name="Spoken by">
        {call.speechProvider && [providerWord(call.speechProvider), call.voiceId].filter(Boolean).join(' · ')}
      </Fact>
      <Fact name="Call id" wide>
        <span className="mono">{call.id}</span>
      </Fact>
    </dl>
  );
}

function Timeline({ call }: { call: CallDetail }) {
  if (call.events.length === 0) return 'Nothing has happened yet.';
  return (
    <ol className={`${classes.timeline} mono`}>
      {call.events.map(({ time, type, legId, detail }) => (
        <li key={`${time} ${type} ${legId}`}>
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

function HangUp({ id }: { id: string }) {
  const hangUp = useHangUp();
  return (
    <Group gap="sm">
      {hangUp.isError && <TroubleNote trouble={troubleOf(hangUp.error)} />}
      <Button
        variant="light"
        color="red"
        size="xs"
        loading={hangUp.isPending}
        leftSection={<IconPhoneOff size={15} aria-hidden />}
        onClick={() => hangUp.mutate(id)}
      >
        End this call
      </Button>
    </Group>
  );
}

function Back() {
  return (
    <Anchor
      component={Link}
      to="/calls"
      size="sm"
      style={{ display: 'inline-flex', alignItems: 'center', gap: 4, width: 'fit-content' }}
    >
      <IconArrowLeft size={15} aria-hidden /> Calls
    </Anchor>
  );
}
