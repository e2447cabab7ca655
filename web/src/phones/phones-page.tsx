import { Button, Skeleton, Stack } from '@mantine/core';
import { IconDeviceLandlinePhone, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
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
import { NewPhoneDialog } from './new-phone-dialog.tsx';
import { phoneRows } from './phone-rows.ts';
import { SubscriberRow } from './subscriber-row.tsx';

/** Who has a number, and what is registered under it. */
export default function PhonesPage() {
  const [adding, setAdding] = useState(false);
  const known = useSubscribers().isSuccess;
  return (
    <Stack gap="md">
      <PageTitle
        browserTitle="Phones"
        aside={
          <Button
            size="xs"
            leftSection={<IconPlus size={15} aria-hidden />}
            disabled={!known}
            onClick={() => setAdding(true)}
          >
            New phone
          </Button>
        }
      >
        Phones
      </PageTitle>
      <Panel title="Numbers" aside={<LiveMark />} flush>
        <Numbers />
      </Panel>
      <ConnectPanel />
      {adding && <NewPhoneDialog onClose={() => setAdding(false)} />}
    </Stack>
  );
}

function Numbers() {
  const subscribers = useSubscribers();
  const registrations = useRegistrations();
  const own = numberOf(usePhoneState().line);
  const { isOpen, toggle } = useOpened();
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
          Make one with New phone: it gives a number, a password and a QR code.
        </EmptyNote>
      ) : (
        rows.map((row) => (
          <SubscriberRow
            key={row.subscriber.number}
            row={row}
            own={row.subscriber.number === own}
            open={isOpen(row.subscriber.number)}
            onToggle={() => toggle(row.subscriber.number)}
          />
        ))
      )}
    </>
  );
}

/** Which numbers are opened stands in the address, so that one can be linked to. */
function useOpened() {
  const [address, setAddress] = useSearchParams();
  const opened = address.getAll('open');
  return {
    isOpen: (number: string) => opened.includes(number),
    toggle(number: string) {
      const next = opened.includes(number) ? opened.filter((each) => each !== number) : [...opened, number];
      setAddress(new URLSearchParams(next.map((each) => ['open', each])), { replace: true });
    },
  };
}
