/** One captured message (HEPv3, the generic chunks of vendor 0). */
export interface HepPacket {
  /** 2 is IPv4, 10 is IPv6. */
  readonly ipFamily: 2 | 10;
  /** IP protocol number: 17 UDP, 6 TCP; drachtio-server writes 22 for TLS. */
  readonly ipProtocol: number;
  /** Text without brackets. */
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly destinationAddress: string;
  readonly destinationPort: number;
  /** Since 1970 in milliseconds; the fraction carries microseconds. */
  readonly timeMs: number;
  /** 1 is SIP, 5 RTCP, 100 a log line. */
  readonly protocolType: number;
  readonly captureId: number;
  readonly authKey?: string;
  readonly correlationId?: string;
  readonly payload: Uint8Array;
}

export type HepErrorCode = 'not-hep3' | 'truncated' | 'bad-chunk' | 'missing-chunk';

/** `chunk` is the type number of the chunk that is bad or missing. */
export interface HepError {
  readonly code: HepErrorCode;
  readonly chunk?: number;
}

export type HepResult = { ok: true; packet: HepPacket } | { ok: false; error: HepError };
