import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A packet of 20 ms in which nothing is heard. */
export type Silence = { payloadType: number; payload: Uint8Array; clockRate: number };

const PCMU: Silence = { payloadType: 0, payload: new Uint8Array(160).fill(0xff), clockRate: 8000 };
/** RFC 6716 3.1: CELT, mono, one frame. */
export const OPUS: Silence = {
  payloadType: 111,
  payload: Uint8Array.of(0xf8, 0xff, 0xfe),
  clockRate: 48_000,
};

export interface RtpSocket {
  readonly port: number;
  /** RTP packets of a payload type that came; 0, PCMU, when none is named. */
  received(payloadType?: number): number;
  /** Sends that many packets of 20 ms of silence to where an SDP says. */
  send(sdp: string, packets: number, codec?: Silence): Promise<void>;
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
  const received = new Map<number, number>();
  let sequence = 0;
  let talking: NodeJS.Timeout | undefined;
  socket.on('message', (packet: Buffer) => {
    const payloadType = packet[1]! & 0x7f;
    received.set(payloadType, (received.get(payloadType) ?? 0) + 1);
  });
  const sendOne = (to: number, { payloadType, payload, clockRate }: Silence = PCMU) => {
    const packet = Buffer.concat([Buffer.alloc(12), payload]);
    packet[0] = 0x80;
    packet[1] = payloadType;
    packet.writeUInt16BE(sequence & 0xffff, 2);
    packet.writeUInt32BE((sequence * clockRate) / 50, 4);
    packet.writeUInt32BE(port, 8);
    sequence += 1;
    socket.send(packet, to, '127.0.0.1');
  };
  return {
    port,
    received: (payloadType = 0) => received.get(payloadType) ?? 0,
    async send(sdp, packets, codec) {
      for (let count = 0; count < packets; count++) {
        sendOne(portIn(sdp), codec);
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
