/** One frame of a capture; `timeMs` is Unix time in milliseconds. */
export type CapturedFrame = { frame: Uint8Array; timeMs: number };

export class PcapError extends Error {
  override readonly name = 'PcapError';
  readonly code = 'bad-pcap';
}

const HEADER = 24;
const RECORD_HEADER = 16;

/**
 * The frames of a classic capture with Ethernet frames, of either resolution and byte order, as views of `file`. Ends where
 * the file is cut, as a recorder leaves it that was killed. Throws {@link PcapError} when it is no such capture.
 */
export function* readPcap(file: Uint8Array): Generator<CapturedFrame, void, void> {
  if (file.length < HEADER) throw new PcapError('This is not a pcap file.');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const little = [0xa1b2c3d4, 0xa1b23c4d].includes(view.getUint32(0, true));
  const magic = view.getUint32(0, little);
  if (magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) throw new PcapError('This is not a pcap file.');
  if (view.getUint32(20, little) !== 1) throw new PcapError('This pcap file does not hold Ethernet frames.');
  const ticksPerMs = magic === 0xa1b23c4d ? 1e6 : 1e3;
  for (let at = HEADER; at + RECORD_HEADER <= file.length; ) {
    const start = at + RECORD_HEADER;
    const end = start + view.getUint32(at + 8, little);
    if (end > file.length) return;
    const timeMs = view.getUint32(at, little) * 1000 + view.getUint32(at + 4, little) / ticksPerMs;
    yield { frame: file.subarray(start, end), timeMs };
    at = end;
  }
}
