/** What a receiver of Opus asks of its sender in `a=fmtp` (RFC 7587 6.1). */
export type OpusParameters = {
  /** `useinbandfec`: packets may carry a copy of the one before. */
  inBandFec: boolean;
  /** `usedtx`: nothing need be sent while there is silence. */
  discontinuous: boolean;
  /** `cbr`: packets of one size. */
  constantBitrate: boolean;
  /** `maxaveragebitrate`, in bit/s. */
  maxBitrate: number | undefined;
};

/** Reads `a=fmtp` of Opus; what is missing or no number has its default. */
export function readOpusParameters(text = ''): OpusParameters {
  const values = new Map(
    text.split(';').map((part) => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim().toLowerCase(), Number(value)];
    }),
  );
  const maxBitrate = values.get('maxaveragebitrate');
  return {
    inBandFec: values.get('useinbandfec') === 1,
    discontinuous: values.get('usedtx') === 1,
    constantBitrate: values.get('cbr') === 1,
    // RFC 7587 6.1: 6000 to 510000; others are ignored.
    maxBitrate:
      maxBitrate !== undefined && maxBitrate >= 6000 && maxBitrate <= 510_000 ? maxBitrate : undefined,
  };
}

/** What we ask for when Opus ends here: its copies, since the loss of a packet is heard by nobody then. */
export const OWN_OPUS_PARAMETERS = 'minptime=10;useinbandfec=1';
