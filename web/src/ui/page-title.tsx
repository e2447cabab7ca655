import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { titleOf } from '../phone/tone-of-call.ts';
import { usePhoneState } from '../phone/use-phone.ts';

const BLINK_MS = 1_000;

/** The page's heading; `browserTitle` where the tab needs more words than the heading. */
export function PageTitle({
  children,
  aside,
  browserTitle,
}: {
  children: ReactNode;
  aside?: ReactNode;
  browserTitle: string;
}) {
  useBrowserTitle(`${browserTitle} · Ringback`);
  return (
    <Group justify="space-between" align="center" mih={36} gap="sm">
      <Title order={1}>{children}</Title>
      {aside}
    </Group>
  );
}

/** The tab's title. A call that rings takes it over, and makes it blink while the tab is in the background. */
function useBrowserTitle(plain: string): void {
  const ringing = titleOf(usePhoneState().calls);
  useEffect(() => {
    document.title = ringing ?? plain;
    if (ringing === null) return;
    let shown = true;
    const timer = window.setInterval(() => {
      shown = !shown || !document.hidden;
      document.title = shown ? ringing : plain;
    }, BLINK_MS);
    return () => window.clearInterval(timer);
  }, [plain, ringing]);
}
