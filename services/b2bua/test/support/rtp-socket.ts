import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface RtpSocket {
  readonly port: number;
  /** RTP packets that came. */
  received(): number;
  /** Sends that many packets of 20 ms of silence in PCMU to where an SDP says. */
  send(sdp: string, packets: number): Promise<void>;
  /** The same in real time, until it is silent again. */
  talk(sdp: string): void;
  silence(): void;
  close(): void;
}

/** One end of a plain RTP stream. */
export async function openRtpSocket(): Promise<RtpSocket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  let received = 0;
  let sequence = 0;
  let talking: NodeJS.Timeout | undefined;
  socket.on('message', (packet: Buffer) => {
    if ((packet[1]! & 0x7f) === 0) received += 1;
  });
  const sendOne = (to: number) => {
    const packet = Buffer.alloc(172, 0xff);
    packet[0] = 0x80;
    packet[1] = 0;
    packet.writeUInt16BE(sequence & 0xffff, 2);
    packet.writeUInt32BE(sequence * 160, 4);
    packet.writeUInt32BE(port, 8);
    sequence += 1;
    socket.send(packet, to, '127.0.0.1');
  };
  return {
    port,
    received: () => received,
    async send(sdp, packets) {
      for (let count = 0; count < packets; count++) {
        sendOne(portIn(sdp));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    talk(sdp) {
      clearInterval(talking);
      talking = setInterval(() => sendOne(portIn(sdp)), 20);
    },
    silence: () => clearInterval(talking),
    close() {
      clearInterval(talking);
      socket.close();
    },
  };
}

function portIn(sdp: string): number {
  return Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
}
