/** Sockets that nobody reads, in a process of their own: what is sent to them costs the sender what it does on a network. */
import { once } from 'node:events';
import { openSocket } from './ng.ts';

const [count] = (await once(process, 'message')) as [number];
const sockets = await Promise.all(Array.from({ length: count }, openSocket));
await new Promise((told) =>
  process.send?.(
    sockets.map((socket) => socket.address().port),
    told,
  ),
);
// The event loop would read them; until this process is killed it waits here.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
