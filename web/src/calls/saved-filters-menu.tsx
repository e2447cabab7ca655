import { ActionIcon, Anchor, Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { IconBookmark, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { addressOf, type CallFilter, isUnfiltered } from './call-filter.ts';
import { useSavedFilters } from './saved-filters.ts';

/** Filters by name, kept in this browser; each is a link, so that it can be sent to others as well. */
export function SavedFiltersMenu({ filter }: { filter: CallFilter }) {
  const [opened, setOpened] = useState(false);
  const { saved, save, forget } = useSavedFilters();
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={280} trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconBookmark size={15} aria-hidden />}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          Saved
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {saved.map(({ name, address }) => (
            <Group key={name} justify="space-between" wrap="nowrap">
              <Anchor component={Link} to={`/calls?${address}`} onClick={() => setOpened(false)} truncate>
                {name}
              </Anchor>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Forget the filter ${name}`}
                onClick={() => forget(name)}
              >
                <IconX size={15} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
          {saved.length === 0 && (
            <Text size="sm" c="dimmed">
              No filter has a name yet.
            </Text>
          )}
          {isUnfiltered(filter) ? (
            <Text size="sm" c="dimmed">
              Search or filter first, then give it a name here.
            </Text>
          ) : (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                const name = String(new FormData(event.currentTarget).get('name')).trim();
                if (name === '') return;
                save({ name, address: addressOf(filter) });
                event.currentTarget.reset();
              }}
            >
              <Group gap="xs" align="end" wrap="nowrap">
                <TextInput name="name" label="Name of this filter" required maxLength={60} size="xs" />
                <Button type="submit" size="xs" variant="light">
                  Save
                </Button>
              </Group>
            </form>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
