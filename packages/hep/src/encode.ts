import { chunkHeaderBytes, chunkType, magic, packetHeaderBytes } from './chunk.ts';
import type { HepPacket } from './hep-packet.ts';
import { addressBytes } from './ip-address.ts';

/** The largest UDP payload over IPv4; a longer captured message loses its end. */
export const maxPacketBytes = 65_507;
const maxTextBytes = 256;

type Chunk = readonly [type: number, data: Uint8Array];

function unsigned(type: number, bytes: 1 | 2 | 4, value: number): Chunk {
  const data = Buffer.alloc(bytes);
  data.writeUIntBE(Math.min(Math.max(0, Math.trunc(value) || 0), 256 ** bytes - 1), 0, bytes);
  return [type, data];
}

/** A mirror must not break what it mirrors, so an address that is none of its family is written as the unspecified one. */
function address(type: number, text: string, family: 2 | 10): Chunk {
  return [type, addressBytes(text, family) ?? new Uint8Array(family === 2 ? 4 : 16)];
}

function text(type: number, value: string | undefined): Chunk[] {
  return value === undefined ? [] : [[type, Buffer.from(value, 'utf8').subarray(0, maxTextBytes)]];
}

function chunksOf(packet: HepPacket): Chunk[] {
  const isIpv4 = packet.ipFamily === 2;
  const microseconds = Math.round(packet.timeMs * 1000);
  return [
    unsigned(chunkType.ipFamily, 1, packet.ipFamily),
    unsigned(chunkType.ipProtocol, 1, packet.ipProtocol),
    address(isIpv4 ? chunkType.sourceIpv4 : chunkType.sourceIpv6, packet.sourceAddress, packet.ipFamily),
    address(
      isIpv4 ? chunkType.destinationIpv4 : chunkType.destinationIpv6,
      packet.destinationAddress,
      packet.ipFamily,
    ),
    unsigned(chunkType.sourcePort, 2, packet.sourcePort),
    unsigned(chunkType.destinationPort, 2, packet.destinationPort),
    unsigned(chunkType.seconds, 4, microseconds / 1_000_000),
    unsigned(chunkType.microseconds, 4, microseconds % 1_000_000),
    unsigned(chunkType.protocolType, 1, packet.protocolType),
    unsigned(chunkType.captureId, 4, packet.captureId),
    ...text(chunkType.authKey, packet.authKey),
    ...text(chunkType.correlationId, packet.correlationId),
  ];
}

/** The packet for one UDP datagram. Never throws: numbers are cut to their field's range, texts to 256 bytes. */
export function encodeHep(packet: HepPacket): Uint8Array {
  const chunks = chunksOf(packet);
  const before = chunks.reduce((sum, [, data]) => sum + chunkHeaderBytes + data.length, packetHeaderBytes);
  chunks.push([chunkType.payload, packet.payload.subarray(0, maxPacketBytes - before - chunkHeaderBytes)]);
  const total = before + chunkHeaderBytes + chunks.at(-1)![1].length;
  const bytes = Buffer.alloc(total);
  bytes.write(magic, 0, 'latin1');
  bytes.writeUInt16BE(total, 4);
  let at = packetHeaderBytes;
  for (const [type, data] of chunks) {
    // The vendor in the first two bytes stays 0.
    bytes.writeUInt16BE(type, at + 2);
    bytes.writeUInt16BE(chunkHeaderBytes + data.length, at + 4);
    bytes.set(data, at + chunkHeaderBytes);
    at += chunkHeaderBytes + data.length;
  }
  return bytes;
}
