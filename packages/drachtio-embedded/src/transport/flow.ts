import type { Socket } from 'node:net';
import type { SipParseError, SipRequest } from '@ringback/sip';
import type { OwnAddress } from './own-address.ts';

export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

export const TRANSPORT_NAMES = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const satisfies readonly TransportName[];

export interface SocketAddress {
  /** IP address, without brackets. */
  host: string;
  port: number;
}

/** One listening socket. `advertised` is what the world is shown; it differs from `local` behind a NAT. */
export interface Listener {
  readonly transport: TransportName;
  readonly local: SocketAddress;
  readonly advertised: SocketAddress;
  readonly own: OwnAddress;
  /** A way to that address: a datagram socket at once, a stream that is open or being opened. */
  flowTo(remote: SocketAddress, serverName?: string): Flow;
  close(): Promise<void>;
}

/**
 * RFC 5626: a flow is one way between us and one peer, a connection or a pair of datagram addresses.
 * What is sent on a stream that is still being opened waits for it.
 */
export interface Flow {
  readonly listener: Listener;
  readonly transport: TransportName;
  /** Whether SIP may rely on delivery (RFC 3261 17: no retransmission timers). */
  readonly reliable: boolean;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  /** What stands for us in Via, Contact and Record-Route of a message that goes here. */
  readonly advertised: SocketAddress;
  readonly closed: boolean;
  send(message: Uint8Array): void;
  /** Of a connection whose peer has proven who it is: it is also the way to that port of the peer (RFC 5923). */
  readonly alias?: ((port: number) => void) | undefined;
  /** Keeps an idle stream open until the returned function is called. */
  hold(): () => void;
  destroy(): void;
}

/** What the transports tell the rest of the server. */
export interface TransportEvents {
  /** Whether a connection that comes in is taken; asked before anything is read from it. */
  accepts(socket: Socket): boolean;
  /** A stream was opened by either side. */
  opened(flow: Flow): void;
  /** One complete SIP message, as it came. */
  received(flow: Flow, message: Uint8Array): void;
  /** One SIP message has left; retransmissions included. */
  sent(flow: Flow, message: Uint8Array): void;
  /** A stream that cannot be read any further, with the request it broke in if one can be told. It is closed after the answer. */
  unframed(flow: Flow, error: SipParseError, request: SipRequest | undefined): void;
  /** A stream was closed by either side, or could never be opened. */
  closed(flow: Flow): void;
}

/** drachtio's word for a transport: WebSockets count as their carrier. */
export function wireProtocol(transport: TransportName): 'udp' | 'tcp' | 'tls' {
  if (transport === 'udp') return 'udp';
  return transport === 'tls' || transport === 'wss' ? 'tls' : 'tcp';
}

export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** `127.0.0.1:5060`, `[::1]:5060` */
export function formatAddress(address: SocketAddress): string {
  return `${formatHost(address.host)}:${address.port}`;
}

/** An IPv4 peer of a dual-stack socket is shown as the IPv4 address it is. */
export function plainAddress(host: string | undefined, port: number | undefined): SocketAddress {
  const address = host ?? '0.0.0.0';
  return { host: address.startsWith('::ffff:') ? address.slice(7) : address, port: port ?? 0 };
}

/** Under which address that peer is told to reach this listener. */
export function advertisedTo(listener: Listener, remote: SocketAddress): SocketAddress {
  const host = listener.own.hostFor(remote.host);
  return host === listener.advertised.host ? listener.advertised : { host, port: listener.local.port };
}

/** The address of ours a flow ends at, also when its socket is bound to every address. */
export function localEnd({ listener, local, remote }: Flow): SocketAddress {
  const everywhere = local.host === '0.0.0.0' || local.host === '::';
  return everywhere ? { host: listener.own.localHostFor(remote.host), port: local.port } : local;
}

/** A flow that leads nowhere: for a message that is shown but cannot be sent. */
export function deadFlow(listener: Listener, remote: SocketAddress): Flow {
  const nothing = () => undefined;
  const { local, transport } = listener;
  const reliable = transport !== 'udp';
  return {
    listener,
    transport,
    reliable,
    local,
    remote,
    advertised: advertisedTo(listener, remote),
    closed: true,
    send: nothing,
    hold: () => nothing,
    destroy: nothing,
  };
}
