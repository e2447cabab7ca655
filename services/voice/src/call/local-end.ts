import type { CallEnd, EndCode } from '@ringback/contracts';

/** Ends that only the voice knows of. Causes as RFC 3398 8.2.6 maps them, ITU-T Q.850 names in the comments. */
export const localEnd = {
  /** 41 temporary failure */
  noSpeech: (problem: string): CallEnd => network('no-speech', 500, 41, problem),
  /** 47 resource unavailable */
  noMedia: (problem: string): CallEnd =>
    network('no-media-ports', 500, 47, `The voice has no media ports: ${problem}`),
  /** 41 temporary failure */
  stopped: (): CallEnd => network('voice-stopped', 503, 41, 'The voice was stopped before it could call.'),
  /** 16 normal clearing, as for any call given up by its caller */
  canceled: (): CallEnd => ({
    by: 'caller',
    sipStatus: 487,
    q850Cause: 16,
    sentence: 'The caller gave up before the phone rang.',
    code: 'canceled',
  }),
  /** 102 recovery on timer expiry, 38 network out of order */
  unreachable: (sipStatus: number): CallEnd =>
    sipStatus === 408
      ? network('sip-server-silent', 408, 102, 'The SIP server did not answer the voice.')
      : network('sip-server-gone', 503, 38, 'The voice has no connection to the SIP server.'),
  /** 21 call rejected, 41 temporary failure; undefined for an answer that the B2BUA has on record. */
  refused: (sipStatus: number): CallEnd | undefined => {
    if (sipStatus === 401 || sipStatus === 407)
      return network(
        'not-authenticated',
        sipStatus,
        21,
        "The SIP server did not take the voice's password; it asks for a new one.",
      );
    // The SIP server without its B2BUA, a B2BUA that is closing or has no database.
    if (sipStatus === 503)
      return network('no-calls-taken', 503, 41, 'The network takes no calls at the moment.');
    return undefined;
  },
};

function network(code: EndCode, sipStatus: number, q850Cause: number, sentence: string): CallEnd {
  return { by: 'network', sipStatus, q850Cause, sentence, code };
}
