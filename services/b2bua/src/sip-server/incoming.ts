import { isIP } from 'node:net';
import type { Binding } from '@ringback/contracts';
import { parseMessage, type SipRequest, topVia } from '@ringback/sip';
import type { SrfRequest } from './srf.ts';

export type Transport = Binding['transport'];

/** A request as it came off the wire, and where from. */
export interface Incoming {
  readonly message: SipRequest;
  readonly transport: Transport;
  readonly source: { readonly address: string; readonly port: number };
  /** The address of ours that it was sent to, when the SIP server says so. */
  readonly receivedOn: string | undefined;
}

const TRANSPORTS: readonly Transport[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/** Undefined when the SIP server let something through that is no request. */
export function incomingOf(req: SrfRequest): Incoming | undefined {
  const parsed = parseMessage(Buffer.from(req.raw, 'utf8'));
  if (!parsed.ok || parsed.message.kind !== 'request') return undefined;
  // drachtio calls WebSocket "tcp"; only the top Via tells (RFC 7118 5.2).
  const via = topVia(parsed.message)?.transport.toLowerCase();
  return {
    message: parsed.message,
    transport: TRANSPORTS.find((transport) => transport === via) ?? 'udp',
    source: { address: req.source_address, port: req.source_port },
    receivedOn: req.receivedOn === undefined ? undefined : addressIn(req.receivedOn),
  };
}

function addressIn(receivedOn: string): string | undefined {
  const address = receivedOn.slice(0, receivedOn.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return isIP(address) === 0 ? undefined : address;
}

export function formatSource({ source }: Incoming): string {
  return `${source.address.includes(':') ? `[${source.address}]` : source.address}:${source.port}`;
}
