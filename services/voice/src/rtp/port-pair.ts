import { createSocket, type Socket } from 'node:dgram';

/** RTP on an even port and RTCP on the next (RFC 3550 11). */
export interface PortPair {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly port: number;
}

const ATTEMPTS = 100;

/** Binds two neighbouring free ports of the system's choice. */
export async function openPortPair(host: string): Promise<PortPair> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const one = await bind(host, 0);
    const port = one.address().port;
    const even = port % 2 === 0;
    try {
      const other = await bind(host, even ? port + 1 : port - 1);
      return even ? { rtp: one, rtcp: other, port } : { rtp: other, rtcp: one, port: port - 1 };
    } catch (error) {
      one.close();
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`no two neighbouring UDP ports are free on ${host}`);
}

function bind(host: string, port: number): Promise<Socket> {
  const ipv6 = host.includes(':');
  const socket = createSocket({
    type: ipv6 ? 'udp6' : 'udp4',
    // Every address is a number already: the ordinary lookup would take a turn of the event loop per packet.
    lookup: (address, _options, found) => found(null, address, ipv6 ? 6 : 4),
  });
  return new Promise((resolve, reject) => {
    const refused = (error: Error) => {
      socket.close();
      reject(error);
    };
    socket.once('error', refused);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', refused);
      resolve(socket);
    });
  });
}
