/** Seconds from 1900-01-01 (NTP, RFC 5905 6) to 1970-01-01 (Unix). */
const NTP_UNIX_OFFSET_SEC = 2_208_988_800;
const FRACTION = 2 ** 32;

/** A 64 bit NTP timestamp as its two halves. */
export type NtpTime = { seconds: number; fraction: number };

/** Unix time in milliseconds to NTP. */
export function ntpFromUnixMs(unixMs: number): NtpTime {
  const wholeSec = Math.floor(unixMs / 1000);
  return {
    seconds: (wholeSec + NTP_UNIX_OFFSET_SEC) % FRACTION,
    fraction: Math.floor(((unixMs - wholeSec * 1000) / 1000) * FRACTION),
  };
}

/** NTP to Unix milliseconds, for the era that began in 1900. */
export function unixMsFromNtp(ntp: NtpTime): number {
  return (ntp.seconds - NTP_UNIX_OFFSET_SEC) * 1000 + (ntp.fraction / FRACTION) * 1000;
}

/** The middle 32 bits, in units of 1/65536 s: what LSR carries (RFC 3550 6.4.1). */
export function compactNtp(ntp: NtpTime): number {
  return (((ntp.seconds & 0xffff) << 16) | (ntp.fraction >>> 16)) >>> 0;
}
