import { Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { IconPhoneCall } from '@tabler/icons-react';
import { Link } from 'react-router';
import { troubleOf } from '../api/problem-error.ts';
import { NO_FILTER, useCalls } from '../api/queries.ts';
import { EmptyNote } from '../ui/empty-note.tsx';
import { LiveMark } from '../ui/live-mark.tsx';
import { Panel } from '../ui/panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { callsToShow } from './calls-to-show.ts';
import { DialogLog } from './dialog-log.tsx';
import { LiveCall } from './live-call.tsx';

/** Calls as they happen: each leg's dialog, state by state. */
export function NowPanel() {
  const calls = useCalls(NO_FILTER);
  const shown = callsToShow(calls.data?.pages.flatMap((page) => page.calls) ?? []);
  return (
    <>
      <Panel title="Now" aside={<LiveMark />} flush>
        {calls.isPending ? (
          <Stack p="md" gap="sm" aria-label="Calls are loading">
            <Skeleton h={22} w="70%" />
            <Skeleton h={16} w="50%" />
            <Skeleton h={16} w="55%" />
          </Stack>
        ) : calls.isError && shown.length === 0 ? (
          <TroubleNote m="md" trouble={troubleOf(calls.error)} />
        ) : shown.length === 0 ? (
          <EmptyNote icon={<IconPhoneCall size={28} stroke={1.4} aria-hidden />} title="No call yet">
            Ring this browser with the form above, or dial 9196 on the phone to hear yourself.
          </EmptyNote>
        ) : (
          <>
            {shown.map((call) => (
              <LiveCall key={call.id} call={call} />
            ))}
            <Text size="sm" px="md" py="xs" style={{ borderTop: '1px solid var(--rb-line)' }}>
              <Anchor component={Link} to="/calls">
                All calls
              </Anchor>
            </Text>
          </>
        )}
      </Panel>
      {shown.length > 0 && <DialogLog ids={shown.map(({ id }) => id)} />}
    </>
  );
}
