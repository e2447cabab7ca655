import type { Logger } from '@ringback/runtime';
import type { Clock } from '../clock.ts';
import { formatAddress, type TransportName } from './flow.ts';
import type { OwnAddress } from './own-address.ts';

export interface TlsCertificate {
  /** PEM. */
  cert: string;
  key: string;
  /** Extra authorities for the connections we open, PEM. */
  ca?: string;
}

/** What a listener needs to open its socket. */
export interface BindRequest {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** Under which address peers are told to reach it. */
  own: OwnAddress;
  maxMessageBytes: number;
  /** A stream that nobody holds is closed after so long without a byte. */
  idleMs: number;
  /** A listener takes no more than so many connections at a time. */
  maxConnections: number;
  clock: Clock;
  logger: Logger;
  tls?: TlsCertificate;
}

/** The system's error with its `code` kept and a message that names what could not be bound. */
export function listenError(
  cause: Error,
  transport: TransportName | 'admin',
  at: { host: string; port: number },
): Error {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : 'EUNKNOWN';
  const why = code === 'EADDRINUSE' ? 'is already in use' : `cannot be bound (${code})`;
  return Object.assign(new Error(`${transport} ${formatAddress(at)} ${why}`, { cause }), { code });
}
