import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { nextFreeNumber, type SubscriberSecret } from '@ringback/contracts';
import { useState } from 'react';
import { troubleOf } from '../api/problem-error.ts';
import { useSubscribers } from '../api/queries.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { SetUpPhone } from './set-up-phone.tsx';
import { useCreateSubscriber } from './use-subscribers.ts';

/** A number and a name, both proposed; then the password and all that a phone needs, once. */
export function NewPhoneDialog({ onClose }: { onClose: () => void }) {
  const [secret, setSecret] = useState<SubscriberSecret | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={secret === null}
      title={secret ? `${secret.number} is ready` : 'New phone'}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {secret ? (
        <Stack gap="md">
          <SetUpPhone secret={secret} />
          <Button onClick={onClose}>Done</Button>
        </Stack>
      ) : (
        <NewPhoneForm onCreated={setSecret} onCancel={onClose} />
      )}
    </Modal>
  );
}

interface NewPhoneFormProps {
  onCreated: (secret: SubscriberSecret) => void;
  onCancel: () => void;
}

function NewPhoneForm({ onCreated, onCancel }: NewPhoneFormProps) {
  const create = useCreateSubscriber();
  const taken = (useSubscribers().data ?? []).map(({ number }) => number);
  const [number, setNumber] = useState(() => nextFreeNumber(taken));
  /** Null: it goes with the number. */
  const [name, setName] = useState<string | null>(null);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const displayName = (name ?? proposedName(number)).trim();
        const body = { number: number.trim(), ...(displayName ? { displayName } : {}) };
        create.mutate(body, { onSuccess: onCreated });
      }}
    >
      <Stack gap="md">
        <Group grow align="start">
          <TextInput
            label="Number"
            value={number}
            onChange={({ currentTarget }) => setNumber(currentTarget.value)}
            required
            maxLength={32}
            pattern="[A-Za-z0-9+*#._\-]+"
            title="Letters, digits and + * # . _ -"
          />
          <TextInput
            label="Name"
            description="What the called phone shows"
            inputWrapperOrder={['label', 'input', 'description']}
            maxLength={64}
            value={name ?? proposedName(number)}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            data-autofocus
          />
        </Group>
        {create.isError && <TroubleNote trouble={troubleOf(create.error)} />}
        <Group justify="end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function proposedName(number: string): string {
  return `Phone ${number}`;
}
