import { ActionIcon, Group, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import classes from './ladder.module.css';
import { useLadder, useLadderReading } from './ladder-context.tsx';
import { focusLadder } from './ladder-focus.ts';
import { matches } from './model/ladder-state.ts';

export function SearchBar() {
  const { query } = useLadderReading().state;
  return query === null ? null : <Search query={query} />;
}

function Search({ query }: { query: string }) {
  const { ladder } = useLadder();
  const {
    state: { selectedId },
    input,
  } = useLadderReading();
  const found = ladder.rows.filter((row) => matches(row, query));
  const at = found.findIndex(({ id }) => id === selectedId) + 1;
  const close = () => {
    input({ kind: 'search', query: null });
    focusLadder();
  };
  const onKeyDown = ({ key, shiftKey }: KeyboardEvent) => {
    if (key === 'Enter') input({ kind: 'match', by: shiftKey ? -1 : 1 });
    else if (key === 'ArrowDown') focusLadder();
    else if (key === 'Escape') close();
  };
  return (
    <Group className={classes.search} gap={6} wrap="nowrap" role="search">
      <TextInput
        size="xs"
        flex={1}
        autoFocus
        aria-label="Search in the messages"
        placeholder="a header, a number, a codec…"
        value={query}
        onChange={({ currentTarget }) => input({ kind: 'search', query: currentTarget.value })}
        onKeyDown={onKeyDown}
      />
      <Text size="xs" c="dimmed" role="status">
        {query === '' ? '' : found.length === 0 ? 'not found' : `${at} of ${found.length}`}
      </Text>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="Previous match"
        onClick={() => input({ kind: 'match', by: -1 })}
      >
        <IconArrowUp size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="Next match"
        onClick={() => input({ kind: 'match', by: 1 })}
      >
        <IconArrowDown size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label="End the search" onClick={close}>
        <IconX size={15} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
