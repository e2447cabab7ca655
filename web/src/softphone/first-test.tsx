import { Button, CloseButton, Text } from '@mantine/core';
import { IconEar } from '@tabler/icons-react';
import { microphoneTrouble } from '../phone/microphone.ts';
import { usePhone, usePhoneState } from '../phone/use-phone.ts';
import { TroubleNote } from '../ui/trouble-note.tsx';
import { ECHO_NUMBER } from './echo-check.tsx';
import classes from './softphone.module.css';

/** Before the first call: does the sound work? And a page that cannot have a microphone says so at once. */
export function FirstTest() {
  const phone = usePhone();
  const { line, memory } = usePhoneState();
  if (!window.isSecureContext) return <TroubleNote trouble={microphoneTrouble('InsecureOrigin')} />;
  if (memory.soundTested || line.kind !== 'registered') return null;
  return (
    <section className={classes.first} aria-label="Before the first call">
      <Text size="sm">Before the first call: speak, and hear yourself.</Text>
      <CloseButton
        size="sm"
        aria-label="No test, thank you"
        onClick={() => phone.remember({ soundTested: true })}
      />
      <Button
        variant="light"
        size="xs"
        leftSection={<IconEar size={16} aria-hidden />}
        onClick={() => phone.dial(ECHO_NUMBER)}
      >
        Test your sound
      </Button>
    </section>
  );
}
