export { decodeHep } from './decode.ts';
export { encodeHep, maxPacketBytes } from './encode.ts';
export type { HepError, HepErrorCode, HepPacket, HepResult } from './hep-packet.ts';
export { addressBytes } from './ip-address.ts';
