import { Anchor, Skeleton, Stack } from '@mantine/core';
import type { Call } from '@ringback/contracts';
import { IconPhoneCall } from '@tabler/icons-react';
import { Link } from 'react-router';
import { troubleOf } from '../api/problem-error.ts';
import { useCalls } from '../api/queries.ts';
import { NO_FILTER } from '../calls/call-filter.ts';
import { EmptyNote } from '../ui/empty-note.tsx';
import { LiveMark } from '../ui/live-mark.tsx';
import { Panel } from '../ui/panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { callsToShow } from './calls-to-show.ts';
import { DialogLog } from './dialog-log.tsx';
import classes from './queue.module.css';
import { QueuedCall } from './queued-call.tsx';

/** Calls as they happen, and the last ones that ended. */
export function QueuePanel() {
  const calls = useCalls(NO_FILTER);
  const { going, moreGoing, ended } = callsToShow(calls.data?.pages.flatMap((page) => page.calls) ?? []);
  const shown = [...going, ...ended];
  return (
    <>
      <Panel title="Now" aside={<LiveMark />} flush>
        {calls.isPending ? (
          <Stack p="md" gap="sm" role="status" aria-label="Calls are loading">
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
            <Group title={`In progress (${going.length + moreGoing})`} calls={going} />
            {moreGoing > 0 && (
              <p className={classes.foot}>
                <Anchor component={Link} to="/calls">{`${moreGoing} more in progress`}</Anchor>
              </p>
            )}
            <Group title="Ended" calls={ended} />
            <p className={classes.foot}>
              <Anchor component={Link} to="/calls">
                All calls
              </Anchor>
            </p>
          </>
        )}
      </Panel>
      {shown.length > 0 && <DialogLog ids={shown.map(({ id }) => id)} />}
    </>
  );
}

function Group({ title, calls }: { title: string; calls: readonly Call[] }) {
  if (calls.length === 0) return null;
  return (
    <>
      <h3 className={classes.groupTitle}>{title}</h3>
      {calls.map((call) => (
        <QueuedCall key={call.id} call={call} />
      ))}
    </>
  );
}
