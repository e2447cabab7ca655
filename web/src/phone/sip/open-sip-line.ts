import type { OpenSipLine } from '../sip-line.ts';

/** Loads JsSIP beside the page instead of before it. */
export const openSipLine: OpenSipLine = async (account, tell) => {
  const { JsSipLine } = await import('./jssip-line.ts');
  return new JsSipLine(account, instanceId(account.number), tell);
};

/** One instance id for each number of this browser (RFC 5626 4.1), so that a reload replaces the old binding. */
function instanceId(number: string): string {
  const key = `ringback-instance-${number}`;
  const kept = localStorage.getItem(key);
  if (kept) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // RFC 9562 5.4: version 4 and variant bits. `crypto.randomUUID` is missing on insecure origins.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
  localStorage.setItem(key, id);
  return id;
}
