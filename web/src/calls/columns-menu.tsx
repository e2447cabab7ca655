import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useState } from 'react';
import { CALL_COLUMNS, type useChosenColumns } from './call-columns.tsx';

type Choice = Pick<ReturnType<typeof useChosenColumns>, 'ids' | 'setIds' | 'reset'>;

export function ColumnsMenu({ ids, setIds, reset }: Choice) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconColumns3 size={15} aria-hidden />}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Checkbox.Group value={ids} onChange={setIds} aria-label="Columns">
          <Stack gap={10}>
            {CALL_COLUMNS.map(({ id, title }) => (
              <Checkbox key={id} value={id} label={title} size="xs" />
            ))}
          </Stack>
        </Checkbox.Group>
        <Button variant="subtle" size="compact-xs" mt="sm" onClick={reset}>
          Default columns
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
