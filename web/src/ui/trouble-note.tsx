import { Alert, type AlertProps, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Trouble } from '../api/problem-error.ts';

/** What went wrong, and what to do. Told to screen readers as soon as it appears. */
export function TroubleNote({ trouble, children, ...rest }: { trouble: Trouble } & AlertProps) {
  return (
    <Alert
      role="alert"
      variant="light"
      color="red"
      p="xs"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      styles={{
        root: { background: 'var(--rb-failed-soft)' },
        message: { color: 'var(--rb-text)' },
        icon: { marginInlineEnd: 8, color: 'var(--rb-failed)' },
      }}
      {...rest}
    >
      <Text size="sm" fw={550}>
        {trouble.sentence}
      </Text>
      {trouble.remedy && <Text size="sm">{trouble.remedy}</Text>}
      {children}
    </Alert>
  );
}
