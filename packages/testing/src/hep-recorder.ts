import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeHep, type HepPacket } from '@ringback/hep';

const decoder = new TextDecoder();

/** A HEP collector that keeps everything it is sent. */
export class HepRecorder {
  readonly packets: HepPacket[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes) => {
      const decoded = decodeHep(bytes);
      if (!decoded.ok) throw new Error(`not HEPv3: ${decoded.error.code}`);
      this.packets.push(decoded.packet);
    });
  }

  /** `port` 0 takes any. */
  static async open(port = 0): Promise<HepRecorder> {
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return new HepRecorder(socket);
  }

  get address(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.#socket.address().port };
  }

  /** The start lines of the captured messages, in order. */
  startLines(): string[] {
    return this.packets.map((packet) => decoder.decode(packet.payload).split('\r\n', 1)[0] ?? '');
  }

  close(): void {
    this.#socket.close();
  }
}
