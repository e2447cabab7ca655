import { isRtcp } from '@ringback/rtp';
import { parseSdp } from '@ringback/sdp';
import { Audio, PeerConnection, preload, type SelectedCandidateInfo, type Track } from 'node-datachannel';
import { Refusal } from '../control/refusal.ts';
import { type IceDescription, nativeDescription, readIce } from '../negotiation/ice-description.ts';
import type { PortPool } from './port-pool.ts';
import type { CandidateEnd, CandidatePair, MediaTransport, TransportEvents } from './transport.ts';

/** Loads and sets up the native library, which the first call would otherwise wait for. */
export { preload };

/** The media line is always alone, so its name inside the library does not matter to the other side. */
const NATIVE_MID = '0';

/**
 * ICE and DTLS-SRTP ended by libdatachannel, one UDP port each. Describes itself by `local`; packets go in and out as
 * plain RTP and RTCP.
 */
export class WebRtcTransport implements MediaTransport {
  readonly kind = 'webrtc';
  readonly port: number;
  readonly #pool: PortPool;
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #events: TransportEvents;
  #local: IceDescription | undefined;
  #remoteUfrag: string | undefined;
  #candidatePair: CandidatePair | undefined;
  #open = false;
  #hasPath = false;
  #closed = false;

  private constructor(pool: PortPool, port: number, host: string, events: TransportEvents) {
    this.#pool = pool;
    this.#events = events;
    this.port = port;
    const wildcard = host === '0.0.0.0' || host === '::';
    this.#connection = new PeerConnection(`port ${port}`, {
      iceServers: [],
      // Also makes the library offer loopback candidates, which it leaves out otherwise.
      ...(!wildcard && { bindAddress: host }),
      portRangeBegin: port,
      portRangeEnd: port,
      forceMediaTransport: true,
    });
    this.#connection.onIceStateChange((state) => {
      if (state === 'connected' || state === 'completed') this.#hasPath = true;
      if (state === 'disconnected' || state === 'failed') this.#hasPath = false;
    });
    this.#connection.onStateChange((state) => {
      if (state === 'failed' && !this.#closed) events.failed(this.#whatFailed(), this);
    });
    const audio = new Audio(NATIVE_MID, 'SendRecv');
    audio.addAudioCodec(0, 'PCMU/8000');
    this.#track = this.#connection.addTrack(audio);
    this.#track.onOpen(() => {
      this.#open = true;
      // A call may be over before anybody asks.
      void this.candidatePair;
    });
    this.#track.onClosed(() => {
      this.#open = false;
      if (!this.#closed) events.failed('closed by the other side', this);
    });
    this.#track.onError((message) => events.failed(message, this));
    this.#track.onMessage((bytes) => {
      if (this.#closed) return;
      if (isRtcp(bytes)) events.rtcp(bytes);
      else events.rtp(bytes);
    });
  }

  /** DTLS begins only where ICE has found a path, and what is open later ends by ICE alone. */
  #whatFailed(): string {
    return this.#hasPath ? 'DTLS failed' : 'ICE failed';
  }

  /** Reserves a port and makes the connection; nothing is sent before one side is described to the other. */
  static async open(pool: PortPool, host: string, events: TransportEvents): Promise<WebRtcTransport> {
    const port = await pool.reserve();
    try {
      return new WebRtcTransport(pool, port, host, events);
    } catch (error) {
      pool.release(port);
      throw error;
    }
  }

  /**
   * Our side of an offer. RFC 8842 5.2: who offers `actpass` has to take a ClientHello before the answer is there. The
   * library drops it, and then the other side waits a second before it tries again; so the first offer says `active`. Later
   * ones leave the roles as they are.
   */
  async offer(): Promise<IceDescription> {
    if (!this.#local) {
      this.#connection.setLocalDescription('offer');
      this.#local = await this.#gathered();
    }
    return { ...this.#local, setup: this.#remoteUfrag ? 'actpass' : 'active' };
  }

  /** Our side of the answer to an offer; ICE and DTLS begin. */
  async answer(remote: IceDescription): Promise<IceDescription> {
    if (!this.#local) {
      this.#remoteUfrag = remote.ufrag;
      try {
        this.#connection.setRemoteDescription(
          nativeDescription(leaveItTheFirstWord(remote), NATIVE_MID),
          'offer',
        );
      } catch (error) {
        throw new Refusal(`WebRTC offer refused: ${(error as Error).message}`);
      }
      this.#local = await this.#gathered();
    }
    return this.#local;
  }

  /** The answer to our offer; ICE and DTLS begin. Repeated, or in a re-offer, it changes nothing. */
  acceptAnswer(remote: IceDescription): void {
    if (this.#remoteUfrag === remote.ufrag) return;
    if (this.#remoteUfrag) throw new Refusal('ICE restart in an answer is not supported');
    try {
      this.#connection.setRemoteDescription(nativeDescription(remote, NATIVE_MID), 'answer');
    } catch (error) {
      throw new Refusal(`WebRTC answer refused: ${(error as Error).message}`);
    }
    this.#remoteUfrag = remote.ufrag;
    // RFC 8842 5.3: from now on the roles stand; later descriptions of ours repeat them.
    if (this.#local)
      this.#local = { ...this.#local, setup: remote.setup === 'passive' ? 'active' : 'passive' };
  }

  /** False when a description restarts ICE (RFC 8839 4.4.1): then a new transport has to be made. */
  continues(remote: IceDescription): boolean {
    return this.#remoteUfrag === remote.ufrag;
  }

  async #gathered(): Promise<IceDescription> {
    if (this.#connection.gatheringState() !== 'complete') {
      await new Promise<void>((resolve) => {
        this.#connection.onGatheringStateChange((state) => {
          if (state === 'complete') resolve();
        });
        if (this.#connection.gatheringState() === 'complete') resolve();
      });
    }
    const description = this.#connection.localDescription();
    const sdp = parseSdp(description?.sdp ?? '');
    return readIce(sdp, sdp.media[0]!);
  }

  /** What ICE has chosen (RFC 8445 8.1.1), and had chosen last once the path is closed. */
  get candidatePair(): CandidatePair | undefined {
    const pair = this.#open ? this.#connection.getSelectedCandidatePair() : null;
    const [local, remote] = [pair && candidateOf(pair.local), pair && candidateOf(pair.remote)];
    if (local && remote) this.#candidatePair = { local, remote };
    return this.#candidatePair;
  }

  sendRtp(bytes: Buffer): void {
    if (!this.#open) return;
    try {
      this.#track.sendMessageBinary(bytes);
    } catch (error) {
      // The library closes tracks on its own thread, so that a packet may still meet a closed one.
      this.#open = false;
      this.#events.failed((error as Error).message, this);
    }
  }

  sendRtcp(bytes: Uint8Array): void {
    this.sendRtp(Buffer.from(bytes));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#open = false;
    // Both: the connection alone keeps the track, its memory and the process.
    this.#track.close();
    this.#connection.close();
    this.#pool.release(this.port);
  }
}

/**
 * RFC 8842 5.3 would rather have an answerer be active. ICE may be up before the offerer has our answer, though, and a
 * ClientHello of ours that it cannot take yet costs a second; when it says hello, we are ready.
 */
function leaveItTheFirstWord(remote: IceDescription): IceDescription {
  return remote.setup === 'actpass' ? { ...remote, setup: 'active' } : remote;
}

const CANDIDATE_TYPES = ['host', 'srflx', 'prflx', 'relay'] as const;

function candidateOf({
  address,
  port,
  type,
  transportType,
}: SelectedCandidateInfo): CandidateEnd | undefined {
  const known = CANDIDATE_TYPES.find((name) => name === type);
  return known && { type: known, transport: transportType === 'UDP' ? 'udp' : 'tcp', address, port };
}
