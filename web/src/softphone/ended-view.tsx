import { CloseButton, Group, Text } from '@mantine/core';
import { length } from '../format/duration.ts';
import type { EndedCall } from '../phone/call-state.ts';
import { usePhone } from '../phone/use-phone.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';

/** Why the call is over, for as long as anybody may wonder. */
export function EndedView({ id, call }: { id: string; call: EndedCall }) {
  const phone = usePhone();
  const dismiss = () => phone.toCall(id, { kind: 'dismiss' });
  if (call.failed) {
    const { sentence, remedy } = call;
    return (
      <TroubleNote
        trouble={{ sentence, remedy }}
        withCloseButton
        closeButtonLabel="Dismiss"
        onClose={dismiss}
      />
    );
  }
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <Text size="sm">
        {call.sentence}
        {call.durationMs !== null && (
          <Text span c="dimmed" size="sm">
            {' '}
            {length(call.durationMs)}
          </Text>
        )}
      </Text>
      <CloseButton size="sm" aria-label="Dismiss" onClick={dismiss} />
    </Group>
  );
}
