import type { SipMessageRecord } from '@ringback/contracts';
import type { HepPacket } from '@ringback/hep';
import { header, parseCSeq, parseMessage, type SipMessage, tagOf, topVia, type Via } from '@ringback/sip';
import { withoutKey, withoutSecrets } from './secrets.ts';

/** What is known of the SIP server's own addresses: what tells the way in from the way out. */
export interface OwnAddresses {
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
}

type Transport = SipMessageRecord['transport'];

export interface CapturedMessage {
  /** Still without its call. */
  readonly record: SipMessageRecord;
  /** True for the request that opens a dialog (RFC 3261 12.1): its leg is told only after it. */
  readonly opensDialog: boolean;
}

/** A captured message as it is recorded; null when it is no SIP or has no Call-ID. */
export function capturedMessage(
  packet: HepPacket,
  own: OwnAddresses,
  id: string,
  maskDtmf = false,
): CapturedMessage | null {
  if (packet.protocolType !== PROTOCOL_SIP) return null;
  const parsed = parseMessage(packet.payload);
  const message = parsed.ok ? parsed.message : parsed.request;
  const sipCallId = message && header(message, 'Call-ID');
  if (!message || !sipCallId) return null;
  const via = topVia(message);
  const timeUs = Math.round(packet.timeMs * 1000);
  const cseq = header(message, 'CSeq') ?? '';
  const raw = withoutSecrets(Buffer.from(packet.payload).toString('utf8'));
  const record: SipMessageRecord = {
    id,
    callId: null,
    legId: null,
    sipCallId,
    time: new Date(Math.floor(timeUs / 1000)).toISOString(),
    timeUs,
    transport: transportOf(packet, via),
    source: endpoint(packet.sourceAddress, packet.sourcePort),
    destination: endpoint(packet.destinationAddress, packet.destinationPort),
    direction: directionOf(packet, message, via, own),
    summary:
      message.kind === 'request'
        ? `${message.method} ${message.uri}`
        : `${message.status} ${message.reason}`.trim(),
    method: message.kind === 'request' ? message.method : (parseCSeq(cseq)?.method ?? ''),
    status: message.kind === 'response' ? message.status : null,
    cseq,
    raw: maskDtmf ? withoutKey(raw) : raw,
  };
  const inDialog = tagOf(header(message, 'To')) !== undefined;
  return { record, opensDialog: message.kind === 'request' && message.method === 'INVITE' && !inDialog };
}

const PROTOCOL_SIP = 1;
const UDP = 17;
/** drachtio-server's number for TLS. */
const TLS = 22;

/** HEP knows the IP protocol only; what runs on TCP stands in the top Via (RFC 3261 18.1.1, RFC 7118 5). */
function transportOf({ ipProtocol }: HepPacket, via: Via | undefined): Transport {
  if (ipProtocol === UDP) return 'udp';
  const named = via?.transport.toLowerCase();
  if (named === 'ws' || named === 'wss') return named;
  return ipProtocol === TLS || named === 'tls' ? 'tls' : 'tcp';
}

/**
 * HEP does not say which end is the SIP server. It is the end with one of its ports, and of its addresses; where both
 * look alike, the top Via tells: a request out and the response to it carry the server's own.
 */
function directionOf(
  packet: HepPacket,
  message: SipMessage,
  via: Via | undefined,
  own: OwnAddresses,
): SipMessageRecord['direction'] {
  const likeness = (host: string, port: number) =>
    (own.ports.includes(port) ? 2 : 0) + (own.hosts.includes(host) ? 1 : 0);
  const source = likeness(packet.sourceAddress, packet.sourcePort);
  const destination = likeness(packet.destinationAddress, packet.destinationPort);
  if (source !== destination) return source > destination ? 'out' : 'in';
  const ownVia = via !== undefined && likeness(via.host, via.port ?? 5060) === 3;
  return ownVia === (message.kind === 'request') ? 'out' : 'in';
}

export function endpoint(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
