import { Skeleton, Stack } from '@mantine/core';
import type { CallDetail } from '@ringback/contracts';
import { useDeferredValue } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { troubleOf } from '../api/problem-error.ts';
import { useCall } from '../api/queries.ts';
import { LadderProvider } from '../ladder/ladder-context.tsx';
import { LadderPanel } from '../ladder/ladder-panel.tsx';
import { MessagePanel } from '../ladder/message-panel.tsx';
import { SelectedMomentProvider } from '../moment/selected-moment.tsx';
import { QualityPanel } from '../quality/quality-panel.tsx';
import { SoundPanel } from '../sound/sound-panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { WhyLine } from '../why/why-line.tsx';
import { BackLink } from './back-link.tsx';
import classes from './call.module.css';
import { CallHeader } from './call-header.tsx';
import { EventsPanel } from './events-panel.tsx';
import { FactsPanel } from './facts-panel.tsx';
import { LegsPanel } from './legs-panel.tsx';
import { MESSAGE_PARAMETER } from './link-to.ts';

/** Everything that is known of one call, while it lasts and after. */
export default function CallPage() {
  const { id = '' } = useParams();
  const [search] = useSearchParams();
  const call = useCall(id);
  if (call.data) {
    return (
      <SelectedMomentProvider key={id}>
        <LadderProvider call={call.data} initialId={search.get(MESSAGE_PARAMETER)}>
          <Sections call={call.data} />
        </LadderProvider>
      </SelectedMomentProvider>
    );
  }
  return (
    <Stack gap="md">
      <BackLink />
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

/** The ladder is drawn first; what only sums the call up follows. */
function Sections({ call }: { call: CallDetail }) {
  const later = useDeferredValue(call);
  return (
    <div className={classes.page}>
      <BackLink />
      <CallHeader call={call} />
      <WhyLine call={call} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <LadderPanel />
          <div className={classes.afterwards}>
            <LegsPanel call={later} />
          </div>
        </div>
        <div className={classes.column}>
          <MessagePanel />
          <QualityPanel call={later} />
        </div>
      </div>
      <SoundPanel call={later} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <EventsPanel call={later} />
        </div>
        <div className={classes.column}>
          <FactsPanel call={later} />
        </div>
      </div>
    </div>
  );
}
