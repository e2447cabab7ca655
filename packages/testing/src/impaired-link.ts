import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { fates, type Impairment } from '@ringback/rtp';

export interface LinkOptions {
  /** Where datagrams sent to the link go. What comes back from there goes to whoever sent. */
  to: { host: string; port: number };
  impairment: Impairment;
  seed: number;
}

export interface LinkCounters {
  sent: number;
  lost: number;
  duplicated: number;
}

/** A bad stretch of network between UDP peers, both ways. */
export interface ImpairedLink {
  readonly port: number;
  readonly counters: Readonly<LinkCounters>;
  close(): Promise<void>;
}

/** More senders than a test has; each takes a socket. */
const MAX_SENDERS = 100;
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

/** Opens a link on 127.0.0.1. Every sender has a socket of its own behind it, as behind a NAT. */
export async function openImpairedLink({ to, impairment, seed }: LinkOptions): Promise<ImpairedLink> {
  const counters: LinkCounters = { sent: 0, lost: 0, duplicated: 0 };
  const next = fates(impairment, seed);
  const timers = new Set<NodeJS.Timeout>();
  const pass = (send: () => void) => {
    const nowMs = performance.now();
    const arrivals = next(nowMs);
    counters.sent += 1;
    if (arrivals.length === 0) counters.lost += 1;
    if (arrivals.length > 1) counters.duplicated += 1;
    for (const arrivalMs of arrivals) {
      if (arrivalMs <= nowMs) send();
      else later(timers, arrivalMs - nowMs, send);
    }
  };
  const front = await bound();
  const senders = new Map<string, Promise<Socket>>();
  front.on('message', (message: Buffer, from: RemoteInfo) => {
    const key = `${from.address}:${from.port}`;
    const known = senders.get(key);
    if (!known && senders.size === MAX_SENDERS) throw new Error(`a link serves ${MAX_SENDERS} senders`);
    const back = known ?? behind(front, from, pass);
    senders.set(key, back);
    void back.then((socket) => pass(() => socket.send(message, to.port, to.host)));
  });
  return {
    port: front.address().port,
    counters,
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      front.close();
      for (const socket of await Promise.all(senders.values())) socket.close();
    },
  };
}

function later(timers: Set<NodeJS.Timeout>, afterMs: number, send: () => void): void {
  const timer = setTimeout(() => {
    timers.delete(timer);
    send();
  }, afterMs);
  timers.add(timer);
}

/** The socket that stands for a sender; its answers go back to that one. */
async function behind(front: Socket, sender: RemoteInfo, pass: (send: () => void) => void): Promise<Socket> {
  const socket = await bound();
  socket.on('message', (message: Buffer) => pass(() => front.send(message, sender.port, sender.address)));
  return socket;
}

async function bound(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: SOCKET_BUFFER_BYTES });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
