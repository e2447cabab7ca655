export type Resolution = 'microseconds' | 'nanoseconds';

/** How a capture is laid out: what stands at its beginning, and what around each frame. */
export type CaptureFormat = {
  readonly header: Uint8Array;
  /** `timeMs` is Unix time in milliseconds, its fraction as fine as the resolution. */
  record(frame: Uint8Array, timeMs: number): Uint8Array;
};

/** Wireshark's own largest frame. */
const SNAP_LENGTH = 262_144;
const LINKTYPE_ETHERNET = 1;
const TICKS_PER_SECOND: Readonly<Record<Resolution, number>> = { microseconds: 1e6, nanoseconds: 1e9 };

// draft-ietf-opsawg-pcap 4, 5
const PCAP_MAGIC: Readonly<Record<Resolution, number>> = {
  microseconds: 0xa1b2c3d4,
  nanoseconds: 0xa1b23c4d,
};

/** The classic format, which every tool reads. */
export function pcap(resolution: Resolution): CaptureFormat {
  const ticks = TICKS_PER_SECOND[resolution];
  const header = block(24);
  header.view.setUint32(0, PCAP_MAGIC[resolution], true);
  header.view.setUint16(4, 2, true);
  header.view.setUint16(6, 4, true);
  header.view.setUint32(16, SNAP_LENGTH, true);
  header.view.setUint32(20, LINKTYPE_ETHERNET, true);
  return {
    header: header.bytes,
    record(frame, timeMs) {
      const { bytes, view } = block(16 + frame.length);
      const { seconds, fraction } = split(timeMs, ticks);
      view.setUint32(0, seconds, true);
      view.setUint32(4, fraction, true);
      view.setUint32(8, frame.length, true);
      view.setUint32(12, frame.length, true);
      bytes.set(frame, 16);
      return bytes;
    },
  };
}

// draft-ietf-opsawg-pcapng 4.1, 4.2, 4.3
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const OPTION_COMMENT = 1;
const OPTION_TIME_RESOLUTION = 9;

/** The newer format: one section with one interface; `comment` is shown in the properties of the file. */
export function pcapng(resolution: Resolution, comment = ''): CaptureFormat {
  const ticks = TICKS_PER_SECOND[resolution];
  const digits = resolution === 'nanoseconds' ? 9 : 6;
  return {
    header: joined(sectionHeader(comment), interfaceDescription(digits)),
    record(frame, timeMs) {
      const padded = padding(frame.length);
      const { bytes, view } = block(32 + padded);
      const { seconds, fraction } = split(timeMs, ticks);
      const time = BigInt(seconds) * BigInt(ticks) + BigInt(fraction);
      frameBlock(view, ENHANCED_PACKET);
      view.setUint32(12, Number(time >> 32n), true);
      view.setUint32(16, Number(time & 0xffffffffn), true);
      view.setUint32(20, frame.length, true);
      view.setUint32(24, frame.length, true);
      bytes.set(frame, 28);
      return bytes;
    },
  };
}

function sectionHeader(comment: string): Uint8Array {
  const text = new TextEncoder().encode(comment).subarray(0, 0xffff);
  const options = text.length > 0 ? 4 + padding(text.length) + 4 : 0;
  const { bytes, view } = block(28 + options);
  frameBlock(view, SECTION_HEADER);
  view.setUint32(8, BYTE_ORDER_MAGIC, true);
  view.setUint16(12, 1, true);
  // The length of the section is not known beforehand.
  view.setBigInt64(16, -1n, true);
  if (text.length > 0) {
    view.setUint16(24, OPTION_COMMENT, true);
    view.setUint16(26, text.length, true);
    bytes.set(text, 28);
  }
  return bytes;
}

function interfaceDescription(digits: number): Uint8Array {
  const { bytes, view } = block(32);
  frameBlock(view, INTERFACE_DESCRIPTION);
  view.setUint16(8, LINKTYPE_ETHERNET, true);
  view.setUint32(12, SNAP_LENGTH, true);
  view.setUint16(16, OPTION_TIME_RESOLUTION, true);
  view.setUint16(18, 1, true);
  view.setUint8(20, digits);
  return bytes;
}

/** Type and the length at both ends. */
function frameBlock(view: DataView, type: number): void {
  view.setUint32(0, type, true);
  view.setUint32(4, view.byteLength, true);
  view.setUint32(view.byteLength - 4, view.byteLength, true);
}

function split(timeMs: number, ticks: number): { seconds: number; fraction: number } {
  const seconds = Math.floor(timeMs / 1000);
  // Rounding may not make a whole second of the fraction.
  const fraction = Math.min(ticks - 1, Math.round((timeMs - seconds * 1000) * (ticks / 1000)));
  return { seconds, fraction };
}

const padding = (length: number) => (length + 3) & ~3;

function block(length: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}
