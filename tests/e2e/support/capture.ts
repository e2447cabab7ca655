import { createSocket } from 'node:dgram';
import type { SipMessageRecord } from '@ringback/contracts';
import { encodeHep } from '@ringback/hep';

export interface Captured {
  raw: string;
  timeUs: number;
}

/** Tells the gateway's collector of messages as the SIP server does, each on the way of `like`. */
export async function capture(
  hepPort: number,
  like: SipMessageRecord,
  messages: readonly Captured[],
): Promise<void> {
  const [source, destination] = [like.source, like.destination].map(endOf) as [End, End];
  const socket = createSocket('udp4');
  for (const { raw, timeUs } of messages) {
    const packet = encodeHep({
      ...{ ipFamily: 2, ipProtocol: 17, protocolType: 1, captureId: 1, timeMs: timeUs / 1000 },
      ...{ sourceAddress: source.host, sourcePort: source.port },
      ...{ destinationAddress: destination.host, destinationPort: destination.port },
      payload: Buffer.from(raw.replace(/\r?\n/g, '\r\n')),
    });
    await new Promise<void>((resolve, reject) =>
      socket.send(packet, hepPort, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
    );
  }
  await new Promise<void>((resolve) => socket.close(resolve));
}

interface End {
  host: string;
  port: number;
}

function endOf(address: string): End {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
