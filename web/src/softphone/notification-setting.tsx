import { Text } from '@mantine/core';
import { useState } from 'react';
import { canNotify } from '../phone/call-notification.ts';
import { NotifyButton } from './notify-button.tsx';

/** Whether calls are told of while the page is out of sight, and what to do when they are not. */
export function NotificationSetting() {
  const [permission, setPermission] = useState(() => (canNotify ? Notification.permission : 'denied'));
  if (permission === 'default') return <NotifyButton variant="default" onAnswer={setPermission} />;
  return (
    <Text size="xs" c="dimmed">
      {notificationWords(permission === 'granted')}
    </Text>
  );
}

function notificationWords(allowed: boolean): string {
  if (allowed) return 'A call is notified while this page is out of sight.';
  if (!canNotify)
    return 'Notifications need a secure origin: open the page as http://localhost or over HTTPS.';
  return 'The browser does not allow notifications: allow them with the icon beside the address.';
}
