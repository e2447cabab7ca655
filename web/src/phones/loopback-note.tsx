import { Alert, Code, Text } from '@mantine/core';
import type { NetworkSettings } from '@ringback/contracts';
import { IconInfoCircle } from '@tabler/icons-react';

/** Said before somebody wonders why the phone on the desk does not register. */
export function LoopbackNote({ settings }: { settings: NetworkSettings }) {
  if (settings.exposed) return null;
  return (
    <Alert variant="light" color="gray" p="xs" icon={<IconInfoCircle size={18} aria-hidden />}>
      <Text size="sm">
        Ringback listens on <Code>{settings.sip.host}</Code>, so that only a phone on this computer reaches
        it. For a phone on another device set <Code>RINGBACK_HOST</Code> in <Code>.env</Code> to this
        computer's address in your network, and start Ringback again.
      </Text>
    </Alert>
  );
}
