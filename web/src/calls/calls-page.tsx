import { Anchor, Button, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconDownload, IconHistory, IconSearch, IconSearchOff } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type Trouble, troubleOf } from '../api/problem-error.ts';
import { type CallFilter, callsPath, useCalls } from '../api/queries.ts';
import { requestText } from '../api/request.ts';
import { CALL_STATUS_LIST, statusWords } from '../format/call-words.ts';
import { EmptyNote } from '../ui/empty-note.tsx';
import { LiveMark } from '../ui/live-mark.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { Panel } from '../ui/panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { CallsTable } from './calls-table.tsx';
import { saveText } from './save-text.ts';

/** All calls, newest first, as they happen. The filter stands in the address. */
export default function CallsPage() {
  const [address, setAddress] = useSearchParams();
  const filter: CallFilter = { status: address.get('status') ?? '', q: address.get('q') ?? '' };
  const change = (name: keyof CallFilter, value: string) => {
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  };
  return (
    <Stack gap="md">
      <PageTitle browserTitle="Calls" aside={<CsvButton filter={filter} />}>
        Calls
      </PageTitle>
      <FilterBar filter={filter} onChange={change} />
      <Panel title="Newest first" aside={<LiveMark />} flush>
        <CallList filter={filter} />
      </Panel>
    </Stack>
  );
}

interface FilterBarProps {
  filter: CallFilter;
  onChange: (name: keyof CallFilter, value: string) => void;
}

function FilterBar({ filter, onChange }: FilterBarProps) {
  const search = useDebouncedCallback((value: string) => onChange('q', value.trim()), 250);
  return (
    <Group gap="sm">
      <TextInput
        aria-label="Search calls"
        placeholder="Number or name"
        leftSection={<IconSearch size={16} aria-hidden />}
        defaultValue={filter.q}
        onChange={({ currentTarget }) => search(currentTarget.value)}
        style={{ flex: '1 1 200px' }}
        maw={320}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        clearable
        w={160}
        value={filter.status || null}
        onChange={(value) => onChange('status', value ?? '')}
        data={CALL_STATUS_LIST.map((status) => ({ value: status, label: statusWords(status).word }))}
      />
    </Group>
  );
}

function CallList({ filter }: { filter: CallFilter }) {
  const calls = useCalls(filter);
  const rows = calls.data?.pages.flatMap((page) => page.calls) ?? [];
  if (calls.isPending) return <ListSkeleton />;
  if (calls.isError && rows.length === 0) return <TroubleNote m="md" trouble={troubleOf(calls.error)} />;
  if (rows.length === 0) return <NoCalls filtered={filter.q !== '' || filter.status !== ''} />;
  return (
    <>
      <CallsTable calls={rows} />
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

function CsvButton({ filter }: { filter: CallFilter }) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const download = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      saveText('ringback-calls.csv', 'text/csv', await requestText(callsPath(filter), 'text/csv'));
    } catch (error) {
      setTrouble(troubleOf(error));
    }
    setBusy(false);
  };
  return (
    <Group gap="sm">
      {trouble && (
        <Text size="sm" c="var(--rb-failed)" role="alert">
          {trouble.sentence} {trouble.remedy}
        </Text>
      )}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconDownload size={15} aria-hidden />}
        loading={busy}
        onClick={() => void download()}
      >
        CSV
      </Button>
    </Group>
  );
}
