import type { Logger } from '@ringback/runtime';
import { WebSocket } from 'ws';

/** RFC 7118 3. */
export const SIP_SUBPROTOCOL = 'sip';

/** A SIP message at most (RFC 3261 18.1.1 leaves it open; our SIP server takes no more). */
export const MAX_SIP_MESSAGE_BYTES = 64 * 1024;
const MAX_QUEUED_BYTES = 1024 * 1024;
const CONNECT_TIMEOUT_MS = 5000;
const HEARTBEAT_MS = 25_000;

/** RFC 6455 7.4.1: no frame may carry these; they only ever describe what was seen. */
const UNSENDABLE = [1004, 1005, 1006, 1015];

/**
 * Pipes a softphone's WebSocket to the SIP server's and back, frame by frame. When one side closes, or does not take
 * what it is sent, both close.
 */
export function relaySip(client: WebSocket, serverUrl: string, logger: Logger): void {
  const server = new WebSocket(serverUrl, SIP_SUBPROTOCOL, {
    handshakeTimeout: CONNECT_TIMEOUT_MS,
    maxPayload: MAX_SIP_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  // What the softphone says meanwhile stays in its socket.
  client.pause();
  server.once('open', () => client.resume());
  server.on('error', (error) => {
    logger.warn({ err: error }, 'the SIP server took no WebSocket');
    close(client, 1013, 'the SIP server does not answer');
  });
  pipe(client, server);
  pipe(server, client);
  const heartbeat = keepAlive(client);
  client.once('close', () => clearInterval(heartbeat));
}

function pipe(from: WebSocket, to: WebSocket): void {
  from.on('message', (data: Buffer, isBinary) => {
    if (to.readyState !== WebSocket.OPEN) return;
    to.send(data, { binary: isBinary });
    if (to.bufferedAmount <= MAX_QUEUED_BYTES) return;
    to.terminate();
    close(from, 1013, 'the other side does not read');
  });
  from.once('close', (code, reason) => close(to, code, reason.toString()));
}

function close(socket: WebSocket, code: number, reason: string): void {
  // A paused socket would not hear the other side's answer to the close frame.
  socket.resume();
  if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
  else socket.close(UNSENDABLE.includes(code) ? 1011 : code, reason);
}

/** Ends a connection whose softphone has vanished without a word, so that the SIP server can give up its binding. */
function keepAlive(client: WebSocket): NodeJS.Timeout {
  let alive = true;
  client.on('pong', () => {
    alive = true;
  });
  return setInterval(() => {
    if (!alive) client.terminate();
    alive = false;
    client.ping();
  }, HEARTBEAT_MS);
}
