import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';
import { type SessionClient, SessionTurns } from './session-turns.ts';
import { ClientFrameReader } from './wire-frames.ts';

export interface WireServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Lets several PostgreSQL clients use one PGlite, on a free port of the loopback. */
export async function serveDatabase(
  database: PGlite,
  onFailure: (error: Error) => void,
): Promise<WireServer> {
  const turns = new SessionTurns(database, onFailure);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveClient(socket, turns);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      await Promise.all([once(server, 'close'), ...[...sockets].map(cut)]);
      await turns.idle();
    },
  };
}

function serveClient(socket: Socket, turns: SessionTurns): void {
  const client: SessionClient = {
    send: (bytes) => void (socket.writable && socket.write(bytes)),
    drop: (error) => socket.destroy(error),
  };
  const reader = new ClientFrameReader();
  let batch: Buffer[] = [];
  const hear = (chunk: Buffer): void => {
    for (const frame of reader.push(chunk)) {
      switch (frame.kind) {
        case 'encryption-request':
          socket.write('N');
          break;
        case 'cancel-request': // nothing runs beside it that it could stop
        case 'terminate':
          socket.end();
          return;
        case 'startup':
          turns.take(client, frame.bytes, true);
          break;
        case 'message':
          batch.push(frame.bytes);
          if (!frame.last) break;
          turns.take(client, Buffer.concat(batch), frame.whole);
          batch = [];
          break;
        default:
          frame satisfies never;
      }
    }
  };
  socket.on('data', (chunk) => {
    try {
      hear(chunk);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  // An error is followed by `close`, where all that a client leaves behind is cleared away.
  socket.on('error', () => socket.destroy());
  socket.once('close', () => turns.leave(client));
}

async function cut(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
}
