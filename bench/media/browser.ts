import { Audio, PeerConnection, type Track } from 'node-datachannel';
import { HOST } from './ng.ts';
import type { Speaker } from './phone.ts';

const SSRC = 4242;

/** What a browser is to the media server, without the browser: ICE, DTLS-SRTP and a track of PCMU. */
export class Browser implements Speaker {
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #packet = Buffer.alloc(172, 0xff);
  #open = false;
  sent = 0;
  heard = 0;

  constructor(name: string, heard: () => void) {
    this.#connection = new PeerConnection(name, {
      iceServers: [],
      bindAddress: HOST,
      forceMediaTransport: true,
    });
    const audio = new Audio('0', 'SendRecv');
    audio.addAudioCodec(0, 'PCMU/8000');
    audio.addSSRC(SSRC, 'bench');
    this.#track = this.#connection.addTrack(audio);
    this.#packet.writeUInt16BE(0x8000, 0);
    this.#packet.writeUInt32BE(SSRC, 8);
    this.#track.onOpen(() => {
      this.#open = true;
    });
    this.#track.onMessage((bytes) => {
      if (bytes.length !== this.#packet.length) return;
      this.heard++;
      heard();
    });
  }

  async offer(): Promise<string> {
    this.#connection.setLocalDescription('offer');
    return this.#gathered();
  }

  async answer(offer: string): Promise<string> {
    this.#connection.setRemoteDescription(offer, 'offer');
    return this.#gathered();
  }

  accept(answer: string): void {
    this.#connection.setRemoteDescription(answer, 'answer');
  }

  #gathered(): Promise<string> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.#connection.gatheringState() === 'complete')
          resolve(this.#connection.localDescription()?.sdp ?? '');
      };
      this.#connection.onGatheringStateChange(check);
      check();
    });
  }

  speak(): void {
    if (!this.#open) return;
    this.sent++;
    this.#packet.writeUInt16BE(this.sent & 0xffff, 2);
    this.#packet.writeUInt32BE((this.sent * 160) >>> 0, 4);
    this.#track.sendMessageBinary(this.#packet);
  }

  close(): void {
    this.#open = false;
    this.#track.close();
    this.#connection.close();
  }
}
