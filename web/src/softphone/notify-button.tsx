import { Button } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';

interface NotifyButtonProps {
  variant: 'light' | 'default';
  onAnswer: (permission: NotificationPermission) => void;
}

/** Has the browser ask whether it may notify. */
export function NotifyButton({ variant, onAnswer }: NotifyButtonProps) {
  return (
    <Button
      variant={variant}
      size="xs"
      leftSection={<IconBell size={16} aria-hidden />}
      onClick={() => void Notification.requestPermission().then(onAnswer)}
    >
      Notify me of calls
    </Button>
  );
}
