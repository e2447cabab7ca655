/** The generic chunk types (vendor 0) of HEPv3 that a capture of signalling uses. */
export const chunkType = {
  ipFamily: 1,
  ipProtocol: 2,
  sourceIpv4: 3,
  destinationIpv4: 4,
  sourceIpv6: 5,
  destinationIpv6: 6,
  sourcePort: 7,
  destinationPort: 8,
  seconds: 9,
  microseconds: 10,
  protocolType: 11,
  captureId: 12,
  authKey: 14,
  payload: 15,
  correlationId: 17,
} as const;

/** Vendor (2 bytes), type (2) and length (2, this header included) stand before each chunk's data. */
export const chunkHeaderBytes = 6;
/** "HEP3" and the whole packet's length (2 bytes). */
export const packetHeaderBytes = 6;
export const magic = 'HEP3';
