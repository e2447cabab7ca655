import { Code, Text } from '@mantine/core';
import type { Subscriber } from '@ringback/contracts';

/** What is changed here does not last for those whom the configuration names. */
export function ConfiguredNote({ subscriber: { configured, number } }: { subscriber: Subscriber }) {
  if (!configured) return null;
  return (
    <Text size="sm" c="var(--rb-ringing)">
      {number} stands in <Code>RINGBACK_SUBSCRIBERS</Code>: at the next start it has the name and password
      from there again. Change it there too.
    </Text>
  );
}
