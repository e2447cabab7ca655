import type { PortRange } from '@ringback/runtime';

/** Ports that no other test file of this machine is likely to use. */
export function rtpPorts(count = 100): PortRange {
  const min = 44_000 + 2 * Math.floor(Math.random() * 8000);
  return { min, max: min + count - 1 };
}
