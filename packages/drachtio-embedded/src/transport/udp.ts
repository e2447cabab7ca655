import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { isStun, stunBindingResponse } from '@ringback/sip';
import { type BindRequest, listenError } from './bind.ts';
import { advertisedTo, type Flow, type Listener, type SocketAddress, type TransportEvents } from './flow.ts';
import type { OwnAddress } from './own-address.ts';

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const nothing = () => undefined;

class UdpFlow implements Flow {
  readonly transport = 'udp';
  readonly reliable = false;
  readonly closed = false;
  readonly listener: UdpListener;
  readonly remote: SocketAddress;

  constructor(listener: UdpListener, remote: SocketAddress) {
    this.listener = listener;
    this.remote = remote;
  }

  get local(): SocketAddress {
    return this.listener.local;
  }

  get advertised(): SocketAddress {
    return advertisedTo(this.listener, this.remote);
  }

  send(message: Uint8Array): void {
    this.listener.send(this, message);
  }

  hold(): () => void {
    return nothing;
  }

  destroy(): void {
    // A datagram has no connection to end.
  }
}

class UdpListener implements Listener {
  readonly transport = 'udp';
  readonly local: SocketAddress;
  readonly advertised: SocketAddress;
  readonly own: OwnAddress;
  readonly #socket: Socket;
  readonly #events: TransportEvents;
  readonly #request: BindRequest;
  #open = true;

  constructor(socket: Socket, request: BindRequest, events: TransportEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#request = request;
    this.local = { host: request.host, port: socket.address().port };
    this.own = request.own;
    this.advertised = { host: request.own.publicHost, port: this.local.port };
    socket.on('message', (message, peer) => this.#receive(message, { host: peer.address, port: peer.port }));
    socket.on('error', (error) => request.logger.warn({ err: error }, 'udp socket'));
  }

  flowTo(remote: SocketAddress): Flow {
    return new UdpFlow(this, remote);
  }

  send(flow: UdpFlow, message: Uint8Array): void {
    if (this.#transmit(message, flow.remote)) this.#events.sent(flow, message);
  }

  #transmit(message: Uint8Array, remote: SocketAddress): boolean {
    // Node throws on port 0, which a URI may well name.
    if (!this.#open || remote.port === 0) return false;
    this.#socket.send(message, remote.port, remote.host, (error) => {
      // An unreachable peer is found out by the transaction's own timer.
      if (error) this.#request.logger.debug({ err: error, remote }, 'udp send failed');
    });
    return true;
  }

  #receive(message: Uint8Array, remote: SocketAddress): void {
    if (isStun(message)) {
      // RFC 5626 4.4.2: a client keeps its NAT open, and sees whether its address is still the same.
      const answer = stunBindingResponse(message, remote.host, remote.port);
      if (answer) this.#transmit(answer, remote);
      return;
    }
    // RFC 5626 3.5.1: a keep-alive of CRLFs, and what is too short to be SIP, is no message.
    if (message.length < 16 || message.length > this.#request.maxMessageBytes) return;
    this.#events.received(new UdpFlow(this, remote), message);
  }

  close(): Promise<void> {
    this.#open = false;
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

export function listenUdp(request: BindRequest, events: TransportEvents): Promise<Listener> {
  const socket = createSocket({
    type: isIPv6(request.host) ? 'udp6' : 'udp4',
    ipv6Only: isIPv6(request.host),
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    // Only addresses are ever sent to; the system's look-up of one would cost a turn of the event loop.
    lookup: (address, _options, found) => found(null, address, isIPv6(address) ? 6 : 4),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(listenError(error, 'udp', request));
    });
    socket.bind(request.port, request.host, () => {
      socket.removeAllListeners('error');
      resolve(new UdpListener(socket, request, events));
    });
  });
}
