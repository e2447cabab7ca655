/** Synchronization source identifier, 32 bit unsigned (RFC 3550 3). */
export type Ssrc = number;
/** RTP sequence number, 16 bit unsigned, wraps (RFC 3550 5.1). */
export type SequenceNumber = number;
/** RTP timestamp, 32 bit unsigned, in samples of the payload's clock, wraps (RFC 3550 5.1). */
export type RtpTimestamp = number;

/** `sequenceNumber` moved by `count` packets, modulo 2^16. */
export function addSequence(sequenceNumber: SequenceNumber, count: number): SequenceNumber {
  return (sequenceNumber + count) & 0xffff;
}

/** `rtpTimestamp` moved by `samples`, modulo 2^32. */
export function addTimestamp(rtpTimestamp: RtpTimestamp, samples: number): RtpTimestamp {
  return (rtpTimestamp + samples) >>> 0;
}

/** How many packets `to` is ahead of `from`, -32768..32767. */
export function sequenceDistance(from: SequenceNumber, to: SequenceNumber): number {
  return ((to - from) << 16) >> 16;
}

/** How many samples `to` is ahead of `from`, as a signed 32 bit number. */
export function timestampDistance(from: RtpTimestamp, to: RtpTimestamp): number {
  return (to - from) | 0;
}
