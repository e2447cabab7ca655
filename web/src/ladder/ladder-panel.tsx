import { Skeleton, Stack } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { memo } from 'react';
import { EmptyNote } from '../ui/empty-note.tsx';
import { Panel } from '../ui/panel.tsx';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { KeysHelp } from './keys-help.tsx';
import classes from './ladder.module.css';
import { useLadder } from './ladder-context.tsx';
import { LadderRows } from './ladder-rows.tsx';
import { LadderTools } from './ladder-tools.tsx';
import { SearchBar } from './search-bar.tsx';

/** All legs of a call on one time axis, as their messages were on the wire. */
export const LadderPanel = memo(function LadderPanel() {
  return (
    <Panel title="Ladder" flush aside={<LadderTools />}>
      <SearchBar />
      <Content />
      <KeysHelp />
    </Panel>
  );
});

function Content() {
  const { ladder, loading, trouble } = useLadder();
  if (loading) return <Waiting />;
  return (
    <>
      {trouble && <TroubleNote m="md" trouble={trouble} />}
      {!trouble && ladder.rows.length === 0 && <NothingCaptured />}
      {ladder.rows.length > 0 && <LadderRows />}
    </>
  );
}

function Waiting() {
  return (
    <Stack p="md" gap="xs" aria-label="Messages are loading" className={classes.waiting}>
      {[18, 18, 18, 18].map((height, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike
        <Skeleton key={index} h={height} />
      ))}
    </Stack>
  );
}

function NothingCaptured() {
  return (
    <EmptyNote icon={<IconListSearch size={28} stroke={1.4} aria-hidden />} title="No message captured">
      The SIP server mirrors every message to the capture; none of this call has come in. The dot in the
      corner tells whether the capture runs.
    </EmptyNote>
  );
}
