/** IP addresses as text and as the bytes of the wire. */

function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.map(Number);
}

/** The 16-bit groups of one side of "::", a dotted IPv4 tail being two of them. */
function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const result: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const tail = index === parts.length - 1 && part.includes('.') ? ipv4Bytes(part) : undefined;
    if (tail !== undefined) result.push(tail[0]! * 256 + tail[1]!, tail[2]! * 256 + tail[3]!);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) result.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return result;
}

function ipv6Bytes(text: string): number[] | undefined {
  const sides = text.replace(/%.*$/, '').split('::');
  const head = groups(sides[0]!);
  const tail = groups(sides[1] ?? '');
  if (head === undefined || tail === undefined || sides.length > 2) return undefined;
  const missing = 8 - head.length - tail.length;
  if (sides.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return all.flatMap((group) => [group >> 8, group & 0xff]);
}

/** 4 bytes for family 2, 16 for family 10; undefined when the text is no address of that family. A zone (%eth0) is left out. */
export function addressBytes(text: string, family: 2 | 10): Uint8Array | undefined {
  const bytes = family === 2 ? ipv4Bytes(text) : ipv6Bytes(text);
  return bytes && Uint8Array.from(bytes);
}

/** The first longest run of at least two zero groups, which "::" stands for (RFC 5952 4.2). */
function longestZeroRun(all: readonly number[]): { from: number; length: number } {
  let best = { from: -1, length: 1 };
  for (let from = 0; from < all.length; from++) {
    let length = 0;
    while (all[from + length] === 0) length++;
    if (length > best.length) best = { from, length };
  }
  return best;
}

/** Dotted decimal for 4 bytes, RFC 5952 text for 16. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const all: number[] = [];
  for (let at = 0; at < 16; at += 2) all.push(bytes[at]! * 256 + bytes[at + 1]!);
  const isMappedIpv4 = all.slice(0, 5).every((group) => group === 0) && all[5] === 0xffff;
  if (isMappedIpv4) return `::ffff:${bytes.subarray(12).join('.')}`;
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  const { from, length } = longestZeroRun(all);
  return from < 0 ? hex(all) : `${hex(all.slice(0, from))}::${hex(all.slice(from + length))}`;
}
