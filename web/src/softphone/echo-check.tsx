import { Text } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { AUDIBLE } from '../phone/level.ts';
import { useCallLevels } from './call-meters.tsx';
import classes from './echo-check.module.css';

export const ECHO_NUMBER = '9196';
const LOOK_EVERY_MS = 100;

/** What the test call has shown so far: that the microphone hears, and that it comes back from the network. */
export function EchoCheck({ id }: { id: string }) {
  const read = useCallLevels(id);
  const [heard, setHeard] = useState({ local: false, remote: false });
  useEffect(() => {
    const timer = window.setInterval(() => {
      const loud = { local: read('local') > AUDIBLE, remote: read('remote') > AUDIBLE };
      setHeard((before) =>
        (loud.local && !before.local) || (loud.remote && !before.remote)
          ? { local: before.local || loud.local, remote: before.remote || loud.remote }
          : before,
      );
    }, LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [read]);
  return (
    <div className={classes.checks} role="status" aria-label="Sound test">
      <Check done={heard.local} yes="Your microphone is heard" not="Say something" />
      <Check done={heard.remote} yes="It comes back from the network" not="You should hear yourself" />
      {heard.local && heard.remote && (
        <Text size="sm" c="dimmed">
          If you heard yourself as well, your phone is ready.
        </Text>
      )}
    </div>
  );
}

function Check({ done, yes, not }: { done: boolean; yes: string; not: string }) {
  return (
    <span className={classes.check} data-done={done || undefined}>
      {done ? <IconCircleCheck size={16} aria-hidden /> : <IconCircleDashed size={16} aria-hidden />}
      {done ? yes : not}
    </span>
  );
}
