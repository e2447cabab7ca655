import { Tooltip } from '@mantine/core';
import { agoTime, clockTime, exactTime, expiryTime } from '../format/time.ts';
import { useNow } from './use-now.ts';

interface MomentProps {
  iso: string;
  as: 'ago' | 'expiry' | 'clock';
}

/** A time in short, and in full under the pointer. */
export function Moment({ iso, as }: MomentProps) {
  return (
    <Tooltip label={exactTime(iso)} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={iso}>{as === 'clock' ? clockTime(iso) : <Relative iso={iso} as={as} />}</time>
    </Tooltip>
  );
}

function Relative({ iso, as }: { iso: string; as: 'ago' | 'expiry' }) {
  const nowMs = useNow(as === 'expiry' ? 1_000 : 15_000);
  return as === 'ago' ? agoTime(iso, nowMs) : expiryTime(iso, nowMs);
}
