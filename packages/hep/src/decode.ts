import { chunkHeaderBytes, chunkType, magic, packetHeaderBytes } from './chunk.ts';
import type { HepError, HepPacket, HepResult } from './hep-packet.ts';
import { addressText } from './ip-address.ts';

type Chunks = ReadonlyMap<number, Uint8Array>;

const fail = (code: HepError['code'], chunk?: number): { ok: false; error: HepError } => ({
  ok: false,
  error: chunk === undefined ? { code } : { code, chunk },
});

/** The chunks of vendor 0 by type; those of other vendors are passed over. Undefined where one leaves its packet. */
function readChunks(bytes: Buffer): Chunks | undefined {
  const chunks = new Map<number, Uint8Array>();
  let at = packetHeaderBytes;
  while (at < bytes.length) {
    if (at + chunkHeaderBytes > bytes.length) return undefined;
    const length = bytes.readUInt16BE(at + 4);
    if (length < chunkHeaderBytes || at + length > bytes.length) return undefined;
    if (bytes.readUInt16BE(at) === 0) {
      chunks.set(bytes.readUInt16BE(at + 2), bytes.subarray(at + chunkHeaderBytes, at + length));
    }
    at += length;
  }
  return chunks;
}

/** Thrown and caught within this file only: the chunk that a packet cannot do without. */
class ChunkFault {
  readonly code: 'missing-chunk' | 'bad-chunk';
  readonly chunk: number;
  constructor(code: 'missing-chunk' | 'bad-chunk', chunk: number) {
    this.code = code;
    this.chunk = chunk;
  }
}

function required(chunks: Chunks, type: number): Uint8Array {
  const data = chunks.get(type);
  if (data === undefined) throw new ChunkFault('missing-chunk', type);
  return data;
}

/** Big-endian; senders differ in how many bytes they write, so any width up to `maxBytes` is read. */
function unsigned(chunks: Chunks, type: number, maxBytes: number, fallback?: number): number {
  if (fallback !== undefined && !chunks.has(type)) return fallback;
  const data = required(chunks, type);
  if (data.length === 0 || data.length > maxBytes) throw new ChunkFault('bad-chunk', type);
  return data.reduce((value, byte) => value * 256 + byte, 0);
}

function address(chunks: Chunks, type: number, bytes: 4 | 16): string {
  const data = required(chunks, type);
  if (data.length !== bytes) throw new ChunkFault('bad-chunk', type);
  return addressText(data);
}

function text(chunks: Chunks, type: number): string | undefined {
  const data = chunks.get(type);
  return data && Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
}

function packetOf(chunks: Chunks): HepPacket {
  const ipFamily = unsigned(chunks, chunkType.ipFamily, 1);
  if (ipFamily !== 2 && ipFamily !== 10) throw new ChunkFault('bad-chunk', chunkType.ipFamily);
  const isIpv4 = ipFamily === 2;
  const width = isIpv4 ? 4 : 16;
  const authKey = text(chunks, chunkType.authKey);
  const correlationId = text(chunks, chunkType.correlationId);
  const microseconds = unsigned(chunks, chunkType.microseconds, 4, 0);
  return {
    ipFamily,
    ipProtocol: unsigned(chunks, chunkType.ipProtocol, 1),
    sourceAddress: address(chunks, isIpv4 ? chunkType.sourceIpv4 : chunkType.sourceIpv6, width),
    sourcePort: unsigned(chunks, chunkType.sourcePort, 2),
    destinationAddress: address(
      chunks,
      isIpv4 ? chunkType.destinationIpv4 : chunkType.destinationIpv6,
      width,
    ),
    destinationPort: unsigned(chunks, chunkType.destinationPort, 2),
    timeMs: (unsigned(chunks, chunkType.seconds, 4) * 1_000_000 + microseconds) / 1000,
    protocolType: unsigned(chunks, chunkType.protocolType, 1),
    captureId: unsigned(chunks, chunkType.captureId, 4, 0),
    ...(authKey !== undefined && { authKey }),
    ...(correlationId !== undefined && { correlationId }),
    payload: required(chunks, chunkType.payload),
  };
}

/** Reads one datagram. Never throws; bytes beyond the packet's own length are ignored, the payload is a view on `bytes`. */
export function decodeHep(bytes: Uint8Array): HepResult {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < packetHeaderBytes || buffer.toString('latin1', 0, 4) !== magic) return fail('not-hep3');
  const total = buffer.readUInt16BE(4);
  if (total < packetHeaderBytes || total > buffer.length) return fail('truncated');
  const chunks = readChunks(buffer.subarray(0, total));
  if (chunks === undefined) return fail('truncated');
  try {
    return { ok: true, packet: packetOf(chunks) };
  } catch (fault) {
    if (fault instanceof ChunkFault) return fail(fault.code, fault.chunk);
    throw fault;
  }
}
