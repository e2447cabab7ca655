import { Button, CloseButton, Group, Kbd, Pill, Popover, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { type CallFilter, chipsOf, withValues } from './call-filter.ts';
import { FilterForm } from './filter-form.tsx';
import { focusFirstRow } from './row-keys.ts';
import { SavedFiltersMenu } from './saved-filters-menu.tsx';

interface FilterBarProps {
  filter: CallFilter;
  onChange: (filter: CallFilter) => void;
}

const SEARCH_SETTLE_MS = 250;

/** The search, all other conditions as chips, and the filters that have a name. */
export function FilterBar({ filter, onChange }: FilterBarProps) {
  const [opened, setOpened] = useState(false);
  const chips = chipsOf(filter);
  return (
    <Group gap="xs">
      <SearchField q={filter.q ?? ''} onSearch={(q) => onChange(withValues(filter, { q }))} />
      <Popover opened={opened} onChange={setOpened} position="bottom-start" width={340} trapFocus returnFocus>
        <Popover.Target>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconFilter size={15} aria-hidden />}
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            Filter
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <FilterForm
            filter={filter}
            onApply={(next) => {
              setOpened(false);
              onChange(withValues({}, next));
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <SavedFiltersMenu filter={filter} />
      {chips.map(({ names, label }) => (
        <Pill
          key={label}
          withRemoveButton
          size="md"
          removeButtonProps={{
            'aria-label': `Remove the filter ${label}`,
            'aria-hidden': false,
            tabIndex: 0,
          }}
          onRemove={() => onChange(withValues(filter, Object.fromEntries(names.map((name) => [name, '']))))}
        >
          {label}
        </Pill>
      ))}
      {chips.length > 1 && (
        <Button variant="subtle" size="compact-xs" onClick={() => onChange(filter.q ? { q: filter.q } : {})}>
          Remove all filters
        </Button>
      )}
    </Group>
  );
}

function SearchField({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q);
  const told = useRef(q);
  const settle = useDebouncedCallback((value: string) => {
    told.current = value.trim();
    onSearch(told.current);
  }, SEARCH_SETTLE_MS);
  // The address may change by itself: a saved filter, or the browser's way back.
  useEffect(() => {
    if (q !== told.current) setText(q);
    told.current = q;
  }, [q]);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      event.preventDefault();
      field.current?.select();
    };
    window.addEventListener('keydown', focus);
    return () => window.removeEventListener('keydown', focus);
  }, []);
  const clear = () => {
    setText('');
    settle('');
    field.current?.focus();
  };
  return (
    <TextInput
      ref={field}
      aria-label="Search calls"
      placeholder="Number, name, text, Call-ID …"
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        text === '' ? (
          <Kbd size="xs" visibleFrom="sm">
            /
          </Kbd>
        ) : (
          <CloseButton size="sm" aria-label="Clear the search" onClick={clear} />
        )
      }
      value={text}
      maxLength={200}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        settle(currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown') {
          event.preventDefault();
          focusFirstRow();
        }
        if (event.key === 'Escape' && text !== '') clear();
      }}
      style={{ flex: '1 1 260px' }}
      maw={440}
    />
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable=true]');
}
