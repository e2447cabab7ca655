import type { ServiceQuery, SipTransport } from './inquiry.ts';

/** One NAPTR record (RFC 3403), as far as RFC 3263 uses it. */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  /** The name to ask SRV records of. */
  readonly replacement: string;
}

/** RFC 3263 4.1, RFC 7118 8. */
const TRANSPORT_OF_SERVICE: Readonly<Record<string, SipTransport>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
  'SIP+D2W': 'ws',
  'SIPS+D2W': 'wss',
};

/**
 * What a domain's NAPTR records offer of the transports that can be used, in its own order (RFC 3263 4.1). A sips URI
 * takes only what is secure.
 */
export function servicesOffered(
  records: readonly NaptrRecord[],
  usable: readonly SipTransport[],
): ServiceQuery[] {
  const inOrder = [...records].sort((a, b) => a.order - b.order || a.preference - b.preference);
  return inOrder.flatMap(({ flags, service, replacement }) => {
    const transport = TRANSPORT_OF_SERVICE[service.toUpperCase()];
    const offered = flags.toLowerCase() === 's' && replacement !== '' && replacement !== '.';
    return offered && transport && usable.includes(transport) ? [{ transport, name: replacement }] : [];
  });
}
