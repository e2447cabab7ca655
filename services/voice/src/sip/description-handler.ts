import { randomInt } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import {
  answerTo,
  audioOffer,
  type Codec,
  type Direction,
  PCMA,
  PCMU,
  type RemoteAudio,
  remoteAudio,
  SdpError,
  TELEPHONE_EVENT,
} from '@ringback/sdp';
import type { BodyAndContentType, SessionDescriptionHandler } from 'sip.js';
import type { AgreedMedia } from '../rtp/media-session.ts';

/** The media of a call, as far as describing it goes. */
export interface DescribedMedia {
  readonly port: number;
  agree(agreed: AgreedMedia): void;
}

/**
 * Offers and answers of one call (RFC 3264) for SIP.js, which asks in this order: outgoing calls `getDescription`,
 * `setDescription`; incoming calls and re-INVITEs `setDescription`, `getDescription`.
 */
export class RtpDescriptionHandler implements SessionDescriptionHandler {
  readonly #media: DescribedMedia;
  readonly #address: string;
  readonly #sessionId = randomInt(1, 2 ** 47);
  #version = 0;
  #awaitsAnswer = false;
  #remoteOffer: string | undefined;

  /** `address`: what the other side is told to send to. */
  constructor(media: DescribedMedia, address: string) {
    this.#media = media;
    this.#address = address;
  }

  /** The media are closed by the call they belong to. */
  close(): void {
    this.#remoteOffer = undefined;
  }

  hasDescription(contentType: string): boolean {
    return contentType.toLowerCase() === 'application/sdp';
  }

  async getDescription(): Promise<BodyAndContentType> {
    const body = this.#remoteOffer === undefined ? this.#offer() : await this.#answer(this.#remoteOffer);
    return { body, contentType: 'application/sdp' };
  }

  /** @throws SdpError */
  async setDescription(sdp: string): Promise<void> {
    if (!this.#awaitsAnswer) {
      this.#remoteOffer = sdp;
      return;
    }
    this.#awaitsAnswer = false;
    const remote = remoteAudio(sdp);
    const sending = remote.direction === 'sendrecv' || remote.direction === 'recvonly';
    await this.#agree(remote, remote.codec, sending, remote.dtmfPayloadType);
  }

  async rollbackDescription(): Promise<void> {
    this.#awaitsAnswer = false;
    this.#remoteOffer = undefined;
  }

  sendDtmf(): boolean {
    return false;
  }

  #offer(): string {
    this.#awaitsAnswer = true;
    return audioOffer({ ...this.#local([PCMU]), dtmfPayloadType: TELEPHONE_EVENT.payloadType });
  }

  async #answer(offer: string): Promise<string> {
    this.#remoteOffer = undefined;
    const answer = answerTo(offer, this.#local([PCMU, PCMA]));
    await this.#agree(answer.remote, answer.codec, sends(answer.direction), answer.dtmfPayloadType);
    return answer.sdp;
  }

  #local(codecs: readonly Codec[]) {
    this.#version += 1;
    return {
      address: this.#address,
      port: this.#media.port,
      codecs,
      sessionId: this.#sessionId,
      version: this.#version,
    };
  }

  async #agree(
    remote: RemoteAudio,
    codec: Codec,
    sending: boolean,
    eventPayloadType: number | undefined,
  ): Promise<void> {
    this.#media.agree({
      address: isIP(remote.address) ? remote.address : (await lookup(remote.address)).address,
      port: remote.port,
      // Multiplexed RTCP is never agreed to: an offer of it falls back to the next port (RFC 5761 5.1.1).
      rtcpPort: remote.rtcpMux ? remote.port + 1 : remote.rtcpPort,
      codec: lawOf(codec),
      payloadType: codec.payloadType,
      eventPayloadType,
      sending,
    });
  }
}

function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

function lawOf(codec: Codec): 'PCMU' | 'PCMA' {
  const name = codec.name.toUpperCase();
  if (name === 'PCMU' || name === 'PCMA') return name;
  throw new SdpError('no-common-codec', `answered with ${codec.name}, which was not offered`);
}

/** Whether an offer can be answered: media over RTP/AVP in G.711. No offer at all can be (RFC 3261 13.3.1). */
export function isAnswerable(offer: string | undefined): boolean {
  if (offer === undefined || offer === '') return true;
  try {
    answerTo(offer, { address: '127.0.0.1', port: 9, codecs: [PCMU, PCMA], sessionId: 1, version: 1 });
    return true;
  } catch (error) {
    if (error instanceof SdpError) return false;
    throw error;
  }
}
