import { isRtcp } from '@ringback/rtp';
import { parseSdp } from '@ringback/sdp';
import { Audio, PeerConnection, type SelectedCandidateInfo, type Track } from 'node-datachannel';
import { type IceDescription, nativeDescription, readIce } from '../negotiation/ice-description.ts';
import type { DtlsCertificate } from './dtls-certificate.ts';
import { isWildcard } from './own-ice.ts';
import type { CandidateEnd, CandidatePair } from './transport.ts';

/** Where a connection is reached, and how it proves that it is the one. */
export type ConnectionAddress = { host: string; port: number; certificate: DtlsCertificate };
export type ConnectionEvents = {
  rtp(bytes: Buffer): void;
  rtcp(bytes: Buffer): void;
  /** Never after `close`. */
  failed(reason: string): void;
};

/** The media line is always alone, so its name inside the library does not matter to the other side. */
const NATIVE_MID = '0';

/** ICE and DTLS-SRTP with one peer, ended by libdatachannel on one UDP port. Begun once, by `answer` or by `accept`. */
export class WebRtcConnection {
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #events: ConnectionEvents;
  #candidatePair: CandidatePair | undefined;
  #open = false;
  #hasPath = false;
  #closed = false;

  /** `offered`: the peer answers what we offered, by `ownIce`. */
  constructor({ host, port, certificate }: ConnectionAddress, offered: boolean, events: ConnectionEvents) {
    this.#events = events;
    this.#connection = new PeerConnection(`port ${port}`, {
      iceServers: [],
      // Also makes the library offer loopback candidates, which it leaves out otherwise.
      ...(!isWildcard(host) && { bindAddress: host }),
      portRangeBegin: port,
      portRangeEnd: port,
      forceMediaTransport: true,
      disableAutoNegotiation: offered,
      certificatePemFile: certificate.certificatePem,
      keyPemFile: certificate.privateKeyPem,
    });
    this.#connection.onIceStateChange((state) => {
      if (state === 'connected' || state === 'completed') this.#hasPath = true;
      if (state === 'disconnected' || state === 'failed') this.#hasPath = false;
    });
    this.#connection.onStateChange((state) => {
      // DTLS begins only where ICE has found a path, and what is open later ends by ICE alone.
      if (state === 'failed') this.#fail(this.#hasPath ? 'DTLS failed' : 'ICE failed');
    });
    this.#track = this.#addTrack();
  }

  #addTrack(): Track {
    const audio = new Audio(NATIVE_MID, 'SendRecv');
    audio.addAudioCodec(0, 'PCMU/8000');
    const track = this.#connection.addTrack(audio);
    track.onOpen(() => {
      this.#open = true;
      // A call may be over before anybody asks.
      void this.candidatePair;
    });
    track.onClosed(() => this.#fail('closed by the other side'));
    track.onError((message) => this.#fail(message));
    track.onMessage((bytes) => {
      if (this.#closed) return;
      if (isRtcp(bytes)) this.#events.rtcp(bytes);
      else this.#events.rtp(bytes);
    });
    return track;
  }

  #fail(reason: string): void {
    this.#open = false;
    if (!this.#closed) this.#events.failed(reason);
  }

  /** Our answer to an offer. Throws what the library dislikes of it. */
  async answer(offer: IceDescription): Promise<IceDescription> {
    this.#connection.setRemoteDescription(nativeDescription(offer, NATIVE_MID), 'offer');
    await this.#gathered();
    const sdp = parseSdp(this.#connection.localDescription()?.sdp ?? '');
    return readIce(sdp, sdp.media[0]!);
  }

  /**
   * Takes the answer to `ours`. The library (0.24.5) begins ICE before it has noted the fingerprint of an answer: where
   * checks of the peer are waiting already, DTLS may ask for it in between, and fails. So `ours` was offered without the
   * library, and it is given the answer as an offer: its socket opens when all is noted. As an answerer it would be
   * controlled; a peer that is said to be ICE lite makes it controlling, as who offered has to be (RFC 8445 6.1.1).
   * Throws what the library dislikes.
   */
  accept(ours: IceDescription, answer: IceDescription): void {
    const remote = nativeDescription(answer, NATIVE_MID, { lite: true });
    this.#connection.setRemoteDescription(remote, 'offer');
    this.#connection.setLocalDescription('answer', { iceUfrag: ours.ufrag, icePwd: ours.pwd });
  }

  async #gathered(): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = () => {
        if (this.#connection.gatheringState() === 'complete') resolve();
      };
      this.#connection.onGatheringStateChange(check);
      check();
    });
  }

  /** What ICE has chosen (RFC 8445 8.1.1), and had chosen last once the path is closed. */
  get candidatePair(): CandidatePair | undefined {
    const pair = this.#open ? this.#connection.getSelectedCandidatePair() : null;
    const [local, remote] = [pair && candidateOf(pair.local), pair && candidateOf(pair.remote)];
    if (local && remote) this.#candidatePair = { local, remote };
    return this.#candidatePair;
  }

  send(bytes: Buffer): void {
    if (!this.#open) return;
    try {
      this.#track.sendMessageBinary(bytes);
    } catch (error) {
      // The library closes tracks on its own thread, so that a packet may still meet a closed one.
      this.#fail((error as Error).message);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#open = false;
    // Both: the connection alone keeps the track, its memory and the process.
    this.#track.close();
    this.#connection.close();
  }
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
