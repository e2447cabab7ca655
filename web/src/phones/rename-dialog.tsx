import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import type { Subscriber } from '@ringback/contracts';
import { troubleOf } from '../api/problem-error.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { ConfiguredNote } from './configured-note.tsx';
import { useRename } from './use-subscribers.ts';

export function RenameDialog({ subscriber, onClose }: { subscriber: Subscriber; onClose: () => void }) {
  const rename = useRename();
  const { number, displayName } = subscriber;
  return (
    <Modal opened onClose={onClose} title={`Name of ${number}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const name = String(new FormData(event.currentTarget).get('displayName')).trim();
          rename.mutate({ number, displayName: name || null }, { onSuccess: onClose });
        }}
      >
        <Stack gap="md">
          <TextInput
            name="displayName"
            label="Name"
            defaultValue={displayName ?? ''}
            maxLength={64}
            data-autofocus
          />
          <ConfiguredNote subscriber={subscriber} />
          {rename.isError && <TroubleNote trouble={troubleOf(rename.error)} />}
          <Group justify="end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={rename.isPending}>
              Rename
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
