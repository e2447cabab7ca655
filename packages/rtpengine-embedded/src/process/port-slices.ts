import type { PortRange } from '@ringback/runtime';

/** A call of two phones takes two pairs. */
export const PORTS_OF_A_CALL = 4;

/**
 * Equal parts of a port range, each from an even port on (RFC 3550 11), none sharing a port with another. What the
 * division leaves over belongs to the last.
 * @throws RangeError when a part has no room for a call.
 */
export function slicePorts({ min, max }: PortRange, count: number): PortRange[] {
  const first = min + (min % 2);
  const size = Math.floor((max - first + 1) / count / 2) * 2;
  if (size < PORTS_OF_A_CALL) {
    throw new RangeError(
      `rtpPorts: ${min}-${max} is too small for ${count} processes; each needs ${PORTS_OF_A_CALL} ports`,
    );
  }
  return Array.from({ length: count }, (_, i) => ({
    min: first + i * size,
    max: i === count - 1 ? max : first + (i + 1) * size - 1,
  }));
}
