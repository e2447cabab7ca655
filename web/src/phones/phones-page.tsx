import { Anchor, Skeleton, Stack } from '@mantine/core';
import { IconDeviceLandlinePhone } from '@tabler/icons-react';
import { troubleOf } from '../api/problem-error.ts';
import { useRegistrations, useSubscribers } from '../api/queries.ts';
import { numberOf } from '../phone/line-state.ts';
import { usePhoneState } from '../phone/use-phone.ts';
import { EmptyNote } from '../ui/empty-note.tsx';
import { LiveMark } from '../ui/live-mark.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { Panel } from '../ui/panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { ConnectPanel } from './connect-panel.tsx';
import { phoneRows } from './phone-rows.ts';
import { SubscriberRow } from './subscriber-row.tsx';

/** Who has a number, and what is registered under it. */
export default function PhonesPage() {
  return (
    <Stack gap="md">
      <PageTitle browserTitle="Phones">Phones</PageTitle>
      <Panel title="Numbers" aside={<LiveMark />} flush>
        <Numbers />
      </Panel>
      <ConnectPanel />
    </Stack>
  );
}

function Numbers() {
  const subscribers = useSubscribers();
  const registrations = useRegistrations();
  const own = numberOf(usePhoneState().line);
  if (subscribers.isPending) {
    return (
      <Stack p="md" gap="sm" aria-label="Numbers are loading">
        <Skeleton h={22} w="60%" />
        <Skeleton h={22} w="52%" />
        <Skeleton h={22} w="58%" />
      </Stack>
    );
  }
  if (!subscribers.data) return <TroubleNote m="md" trouble={troubleOf(subscribers.error)} />;
  const rows = phoneRows(subscribers.data, registrations.data ?? []);
  return (
    <>
      {registrations.isError && <TroubleNote m="md" trouble={troubleOf(registrations.error)} />}
      {rows.length === 0 ? (
        <EmptyNote
          icon={<IconDeviceLandlinePhone size={28} stroke={1.4} aria-hidden />}
          title="Nobody has a number"
        >
          Give some in <Anchor href="#connect">RINGBACK_SUBSCRIBERS</Anchor> and start Ringback again.
        </EmptyNote>
      ) : (
        rows.map((row) => (
          <SubscriberRow key={row.subscriber.number} row={row} own={row.subscriber.number === own} />
        ))
      )}
    </>
  );
}
