import { Button } from '@mantine/core';
import { IconEar } from '@tabler/icons-react';
import { usePhone } from '../phone/use-phone.ts';

/** Goes on without a microphone: the page hears the other side and sends silence. */
export function ListenOnly({ id, label }: { id: string; label: string }) {
  const phone = usePhone();
  return (
    <Button
      mt={8}
      size="xs"
      variant="default"
      leftSection={<IconEar size={16} aria-hidden />}
      onClick={() => phone.toCall(id, { kind: 'listen-only' })}
    >
      {label}
    </Button>
  );
}
