import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decodeMulaw } from '@ringback/audio';
import { parseRtp } from '@ringback/rtp';

/** Takes RTP on a port and keeps it: the ear of a phone whose SIP is done elsewhere. */
export interface RtpEar {
  readonly port: number;
  /** The PCMU that came, put in order, as 16-bit samples at 8 kHz. */
  heard(): Int16Array;
  readonly packets: number;
  close(): Promise<void>;
}

export async function openRtpEar(): Promise<RtpEar> {
  const socket = createSocket('udp4');
  const payloads = new Map<number, Uint8Array>();
  let first: number | undefined;
  socket.on('message', (datagram) => {
    const parsed = parseRtp(datagram);
    if (parsed?.payloadType !== 0) return;
    first ??= parsed.sequenceNumber;
    // Sequence numbers wrap; distances from the first one do not, in a call as short as a test's.
    payloads.set((parsed.sequenceNumber - first) & 0xffff, Uint8Array.from(parsed.payload));
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    heard() {
      const inOrder = [...payloads].sort(([a], [b]) => a - b).map(([, payload]) => payload);
      return decodeMulaw(Buffer.concat(inOrder));
    },
    get packets() {
      return payloads.size;
    },
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}
