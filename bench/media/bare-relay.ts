/**
 * What Node itself costs: a relay of bare dgram sockets that latches nothing, checks nothing and counts nothing. It speaks
 * as much NG as it takes to be set up like the others.
 */
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { type NgDictionary, readNgFrame, writeNgFrame } from '@ringback/rtpengine-ng';
import { remoteAudio } from '@ringback/sdp';
import { HOST, openSocket, phoneSdp } from './ng.ts';

const callers = new Map<string, { port: number; socket: Socket }>();

async function handle(body: NgDictionary): Promise<NgDictionary> {
  if (body.command === 'ping') return { result: 'pong' };
  if (body.command === 'delete') return { result: 'ok' };
  const callId = String(body['call-id']);
  const { port } = remoteAudio(String(body.sdp));
  if (body.command === 'offer') {
    const socket = await openSocket();
    callers.set(callId, { port, socket });
    return { result: 'ok', sdp: phoneSdp(socket.address().port) };
  }
  const caller = callers.get(callId)!;
  const socket = await openSocket();
  socket.on('message', (bytes) => caller.socket.send(bytes, port, HOST));
  caller.socket.on('message', (bytes) => socket.send(bytes, caller.port, HOST));
  return { result: 'ok', sdp: phoneSdp(socket.address().port) };
}

const control = await openSocket();
control.on('message', async (bytes, from) => {
  const frame = readNgFrame(bytes);
  if (!('body' in frame)) return;
  control.send(writeNgFrame(frame.cookie, await handle(frame.body)), from.port, from.address);
});
process.send?.({ ngPort: control.address().port });
await once(process, 'disconnect');
process.exit(0);
