import { Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconDownload, IconHistory, IconSearchOff } from '@tabler/icons-react';
import { Link, useSearchParams } from 'react-router';
import { troubleOf } from '../api/problem-error.ts';
import { downloadPath, useCalls, useSettings } from '../api/queries.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { EmptyNote } from '../ui/empty-note.tsx';
import { LiveMark } from '../ui/live-mark.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { Panel } from '../ui/panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { useChosenColumns } from './call-columns.tsx';
import { addressOf, type CallFilter, isUnfiltered, readFilter } from './call-filter.ts';
import { CallsTable } from './calls-table.tsx';
import { ColumnsMenu } from './columns-menu.tsx';
import { FilterBar } from './filter-bar.tsx';
import { TotalsLine } from './totals-line.tsx';

/** All calls, newest first, as they happen. The filter is what stands in the address. */
export default function CallsPage() {
  const [address, setAddress] = useSearchParams();
  const filter = readFilter(address);
  const columns = useChosenColumns();
  return (
    <Stack gap="md">
      <PageTitle browserTitle="Calls" aside={<Downloads filter={filter} />}>
        Calls
      </PageTitle>
      <FilterBar filter={filter} onChange={(next) => setAddress(addressOf(next), { replace: true })} />
      <TotalsLine filter={filter} />
      <Panel
        title="Newest first"
        aside={
          <Group gap="sm">
            <LiveMark />
            <ColumnsMenu {...columns} />
          </Group>
        }
        flush
      >
        <CallList filter={filter} columns={columns.chosen} />
      </Panel>
      <Retention />
    </Stack>
  );
}

function CallList({
  filter,
  columns,
}: {
  filter: CallFilter;
  columns: Parameters<typeof CallsTable>[0]['columns'];
}) {
  const calls = useCalls(filter);
  const rows = calls.data?.pages.flatMap((page) => page.calls) ?? [];
  if (calls.isPending) return <ListSkeleton />;
  if (calls.isError && rows.length === 0) return <TroubleNote m="md" trouble={troubleOf(calls.error)} />;
  if (rows.length === 0) return <NoCalls filtered={!isUnfiltered(filter)} />;
  return (
    <>
      {/* Rows of another filter, shown until those of this one are there, are not what a pointer holds. */}
      <CallsTable
        key={calls.isPlaceholderData ? 'before' : `?${addressOf(filter)}`}
        calls={rows}
        columns={columns}
      />
      {calls.hasNextPage && (
        <Group justify="center" p="sm" style={{ borderTop: '1px solid var(--rb-line)' }}>
          <Button
            variant="default"
            size="xs"
            loading={calls.isFetchingNextPage}
            onClick={() => void calls.fetchNextPage()}
          >
            Older calls
          </Button>
        </Group>
      )}
      {calls.isFetchNextPageError && <TroubleNote m="md" trouble={troubleOf(calls.error)} />}
    </>
  );
}

function NoCalls({ filtered }: { filtered: boolean }) {
  if (filtered) {
    return (
      <EmptyNote icon={<IconSearchOff size={28} stroke={1.4} aria-hidden />} title="No call matches">
        <Anchor component={Link} to="/calls">
          Show all calls
        </Anchor>
      </EmptyNote>
    );
  }
  return (
    <EmptyNote icon={<IconHistory size={28} stroke={1.4} aria-hidden />} title="No call yet">
      Make the first one on{' '}
      <Anchor component={Link} to="/">
        Speak
      </Anchor>
      , or dial 9196 on the phone to hear yourself.
    </EmptyNote>
  );
}

function ListSkeleton() {
  return (
    <Stack p="md" gap="sm" aria-label="Calls are loading">
      {[72, 64, 70, 58, 66].map((width) => (
        <Skeleton key={width} h={20} w={`${width}%`} />
      ))}
    </Stack>
  );
}

/** Links, so that the browser itself writes the file: it may be larger than a page can hold. */
function Downloads({ filter }: { filter: CallFilter }) {
  return (
    <Group gap="xs">
      <CopyButton label="Copy link" text={() => window.location.href} />
      {(['csv', 'json'] as const).map((format) => (
        <Button
          key={format}
          component="a"
          href={downloadPath(format, filter)}
          download
          variant="default"
          size="compact-sm"
          leftSection={<IconDownload size={15} aria-hidden />}
        >
          {format.toUpperCase()}
        </Button>
      ))}
    </Group>
  );
}

function Retention() {
  const { data } = useSettings();
  if (!data) return null;
  const days = data.keepCallsDays;
  return (
    <Text size="xs" c="dimmed">
      {days === null
        ? 'Records are kept for ever. '
        : `Records are kept for ${days === 1 ? 'one day' : `${days} days`}, then they go with their SIP messages and recordings. `}
      <span className="mono">RINGBACK_KEEP_CALLS</span> in <span className="mono">.env</span> sets how long:
      days, or <span className="mono">forever</span>.
    </Text>
  );
}
