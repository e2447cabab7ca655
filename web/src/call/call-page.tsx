import { Skeleton, Stack } from '@mantine/core';
import type { CallDetail } from '@ringback/contracts';
import { useParams } from 'react-router';
import { troubleOf } from '../api/problem-error.ts';
import { useCall } from '../api/queries.ts';
import { SelectedMomentProvider } from '../moment/selected-moment.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { BackLink } from './back-link.tsx';
import classes from './call.module.css';
import { CallHeader } from './call-header.tsx';
import { EventsPanel } from './events-panel.tsx';
import { FactsPanel } from './facts-panel.tsx';
import { LegsPanel } from './legs-panel.tsx';
import { MessagesPanel } from './messages-panel.tsx';
import { WhyLine } from './why-line.tsx';

/** Everything that is known of one call, while it lasts and after. */
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

function Sections({ call }: { call: CallDetail }) {
  return (
    <div className={classes.page}>
      <BackLink />
      <CallHeader call={call} />
      <WhyLine call={call} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <MessagesPanel call={call} />
        </div>
        <div className={classes.column}>
          <LegsPanel call={call} />
        </div>
      </div>
      <div className={classes.columns}>
        <div className={classes.column}>
          <EventsPanel call={call} />
        </div>
        <div className={classes.column}>
          <FactsPanel call={call} />
        </div>
      </div>
    </div>
  );
}
