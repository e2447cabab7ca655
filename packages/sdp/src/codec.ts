/** One RTP payload format as it stands in an SDP. */
export type Codec = {
  /** Encoding name, in the spelling of its registration; compared without case (RFC 8866 6.6). */
  readonly name: string;
  readonly payloadType: number;
  readonly clockRate: number;
  /** Packet length in milliseconds. */
  readonly ptimeMs: number;
  /** 1 when absent. */
  readonly channels?: number;
  /** Content of `a=fmtp`. */
  readonly parameters?: string;
};

export const PCMU = { name: 'PCMU', payloadType: 0, clockRate: 8000, ptimeMs: 20 } as const satisfies Codec;
export const PCMA = { name: 'PCMA', payloadType: 8, clockRate: 8000, ptimeMs: 20 } as const satisfies Codec;
/** RFC 7587 4.1, 7: always written as 48 kHz and two channels, whatever the sound is. */
export const OPUS = {
  name: 'opus',
  payloadType: 111,
  clockRate: 48_000,
  channels: 2,
  ptimeMs: 20,
} as const satisfies Codec;
/** RFC 4733, digits and the flash event; 101 is the number that most phones use. */
export const TELEPHONE_EVENT = {
  name: 'telephone-event',
  payloadType: 101,
  clockRate: 8000,
  ptimeMs: 20,
  parameters: '0-16',
} as const satisfies Codec;

/** What this project can send and understand. */
export const CODECS: readonly Codec[] = [PCMU, PCMA, TELEPHONE_EVENT];

// RFC 3551 6, table 4: payload types that need no rtpmap.
const STATIC: readonly Codec[] = [
  PCMU,
  { name: 'GSM', payloadType: 3, clockRate: 8000, ptimeMs: 20 },
  { name: 'G723', payloadType: 4, clockRate: 8000, ptimeMs: 30 },
  PCMA,
  { name: 'G722', payloadType: 9, clockRate: 8000, ptimeMs: 20 },
  { name: 'CN', payloadType: 13, clockRate: 8000, ptimeMs: 20 },
  { name: 'G729', payloadType: 18, clockRate: 8000, ptimeMs: 20 },
];

export function staticCodec(payloadType: number): Codec | undefined {
  return STATIC.find((codec) => codec.payloadType === payloadType);
}

/** Same format whatever the number: name without case, clock rate, channels. */
export function sameCodec(a: Codec, b: Codec): boolean {
  return (
    a.name.toLowerCase() === b.name.toLowerCase() &&
    a.clockRate === b.clockRate &&
    (a.channels ?? 1) === (b.channels ?? 1)
  );
}

export function isTelephoneEvent(codec: Codec): boolean {
  return codec.name.toLowerCase() === 'telephone-event';
}

/** Formats that accompany a codec and cannot carry a conversation alone. */
export function isAuxiliary(codec: Codec): boolean {
  return ['telephone-event', 'cn', 'red', 'ulpfec', 'rtx'].includes(codec.name.toLowerCase());
}
