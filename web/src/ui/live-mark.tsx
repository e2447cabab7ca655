import { Text } from '@mantine/core';
import { useLive } from '../events/use-live.ts';

/** Says so when a list is not live at the moment; silence means it is. */
export function LiveMark() {
  const live = useLive();
  return (
    <Text size="xs" c="dimmed" role="status">
      {live === 'open' ? 'live' : live === 'opening' ? 'connecting' : 'interrupted, reconnecting'}
    </Text>
  );
}
