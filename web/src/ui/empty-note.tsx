import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a list says when there is nothing in it: what it would show, and what to do next. */
export function EmptyNote({
  icon,
  title,
  children,
}: {
  icon: ReactNode;
  title: string;
  children: ReactNode;
}) {
  return (
    <Stack align="center" gap={6} py="xl" px="md" c="dimmed" ta="center">
      {icon}
      <Text fw={550} c="var(--rb-text)">
        {title}
      </Text>
      <Text size="sm" maw={420}>
        {children}
      </Text>
    </Stack>
  );
}
