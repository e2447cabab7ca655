import { CloseButton, Text } from '@mantine/core';
import { canNotify } from '../phone/call-notification.ts';
import { isLive } from '../phone/calls-state.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { NotifyButton } from './notify-button.tsx';
import classes from './softphone.module.css';

/** After the first call, not before: shall calls be told of when the page is out of sight? */
export function NotificationOffer() {
  const phone = usePhone();
  const { calls, memory } = usePhoneState();
  const inCall = calls.some(({ call }) => isLive(call));
  if (inCall || !memory.soundTested || memory.notificationsOffered) return null;
  if (!canNotify || Notification.permission !== 'default') return null;
  const offered = () => phone.remember({ notificationsOffered: true });
  return (
    <section className={classes.first} aria-label="Notifications">
      <Text size="sm">Know of a call while you are in another tab?</Text>
      <CloseButton size="sm" aria-label="No notifications" onClick={offered} />
      <NotifyButton variant="light" onAnswer={offered} />
    </section>
  );
}
