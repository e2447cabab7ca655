import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { Subscriber } from '@ringback/contracts';
import { troubleOf } from '../api/problem-error.ts';
import { partyName } from '../format/party.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { ConfiguredNote } from './configured-note.tsx';
import { SetUpPhone } from './set-up-phone.tsx';
import { useNewPassword } from './use-subscribers.ts';

/** Connecting one more phone needs the password, and that is known only when it is new. */
export function PasswordDialog({ subscriber, onClose }: { subscriber: Subscriber; onClose: () => void }) {
  const reset = useNewPassword();
  const name = partyName(subscriber);
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={!reset.data}
      title={reset.data ? `New password of ${name}` : `Connect a phone as ${name}`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {reset.data ? (
        <Stack gap="md">
          <SetUpPhone secret={reset.data} />
          <Button onClick={onClose}>Done</Button>
        </Stack>
      ) : (
        <Stack gap="md">
          <Text size="sm">
            Ringback keeps no password that it could show. A new one is made now; phones that are registered
            as {subscriber.number} are signed off and need it as well. A call that is up goes on.
          </Text>
          <ConfiguredNote subscriber={subscriber} />
          {reset.isError && <TroubleNote trouble={troubleOf(reset.error)} />}
          <Group justify="end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button loading={reset.isPending} onClick={() => reset.mutate(subscriber.number)} data-autofocus>
              Make a new password
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
