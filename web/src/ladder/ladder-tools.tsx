import { ActionIcon, Group, SegmentedControl, Tooltip } from '@mantine/core';
import { IconKeyboard, IconSearch } from '@tabler/icons-react';
import { CopyMenu } from './copy-menu.tsx';
import { useLadderReading } from './ladder-context.tsx';
import type { TimeStyle } from './model/row-times.ts';

const TIMES: { value: TimeStyle; label: string }[] = [
  { value: 'relative', label: '0.0' },
  { value: 'delta', label: 'Δ' },
  { value: 'absolute', label: 'clock' },
];

export function LadderTools() {
  const { state, input } = useLadderReading();
  return (
    <Group gap={6} wrap="nowrap">
      <SegmentedControl
        size="xs"
        aria-label="Times: since the beginning, since the row before, or of the clock"
        data={TIMES}
        value={state.times}
        onChange={(times) => input({ kind: 'times', times: times as TimeStyle })}
      />
      <CopyMenu />
      <Tooltip label="Search in the messages (/)">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Search in the messages"
          onClick={() => input({ kind: 'search', query: '' })}
        >
          <IconSearch size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Keys (?)">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Keys of the ladder"
          onClick={() => input({ kind: 'help', open: true })}
        >
          <IconKeyboard size={17} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
