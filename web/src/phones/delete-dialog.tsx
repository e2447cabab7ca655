import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { Subscriber } from '@ringback/contracts';
import { troubleOf } from '../api/problem-error.ts';
import { partyName } from '../format/party.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { ConfiguredNote } from './configured-note.tsx';
import { useDeleteSubscriber } from './use-subscribers.ts';

export function DeleteDialog({ subscriber, onClose }: { subscriber: Subscriber; onClose: () => void }) {
  const remove = useDeleteSubscriber();
  const name = partyName(subscriber);
  return (
    <Modal opened onClose={onClose} title={`Delete ${name}?`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        <Text size="sm">
          The number can be called no more, its phones are signed off, and its password is worth nothing.
          Records of its calls stay. A call that is up goes on.
        </Text>
        <ConfiguredNote subscriber={subscriber} />
        {remove.isError && <TroubleNote trouble={troubleOf(remove.error)} />}
        <Group justify="end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            loading={remove.isPending}
            onClick={() => remove.mutate(subscriber.number, { onSuccess: onClose })}
          >
            Delete {subscriber.number}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
