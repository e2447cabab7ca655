import { preload } from 'node-datachannel';
import { Refusal } from '../control/refusal.ts';
import type { IceDescription } from '../negotiation/ice-description.ts';
import { type DtlsCertificate, newCertificate } from './dtls-certificate.ts';
import { ownIce } from './own-ice.ts';
import type { HeldPort, PortPool } from './port-pool.ts';
import type { CandidatePair, MediaTransport, TransportEvents } from './transport.ts';
import { Turns } from './turns.ts';
import { WebRtcConnection } from './webrtc-connection.ts';

/** Loads the native library, which the first call would otherwise wait for. */
export { preload };

/** To begin a connection holds the event loop for 1 to 2 ms. */
const beginnings = new Turns();

/** One end of ICE and DTLS-SRTP, on one UDP port. Describes itself by `offer` and `answer`. */
export class WebRtcTransport implements MediaTransport {
  readonly kind = 'webrtc';
  readonly #pool: PortPool;
  readonly #host: string;
  readonly #certificate: DtlsCertificate;
  readonly #events: TransportEvents;
  /** Nobody hears what comes before the library has the port. */
  #held: HeldPort;
  #connection: WebRtcConnection | undefined;
  #local: IceDescription | undefined;
  #remoteUfrag: string | undefined;
  #closed = false;

  private constructor(pool: PortPool, host: string, held: HeldPort, events: TransportEvents) {
    this.#pool = pool;
    this.#host = host;
    this.#certificate = newCertificate(Date.now());
    this.#held = held;
    this.#events = events;
  }

  /** Takes a port; nothing is sent before one side is described to the other. */
  static async open(pool: PortPool, host: string, events: TransportEvents): Promise<WebRtcTransport> {
    return new WebRtcTransport(pool, host, await pool.hold(), events);
  }

  get port(): number {
    return this.#held.port;
  }

  /** Our side of an offer. Before it is answered, checks of the other side find nobody. */
  offer(): IceDescription {
    this.#local ??= ownIce(this.#host, this.port, this.#certificate.fingerprint);
    return { ...this.#local, setup: 'actpass' };
  }

  /** Our side of the answer to an offer; ICE and DTLS begin. */
  async answer(remote: IceDescription): Promise<IceDescription> {
    if (!this.#local) {
      this.#local = await this.#connect('offer', (connection) =>
        connection.answer(leaveItTheFirstWord(remote)),
      );
      this.#remoteUfrag = remote.ufrag;
    }
    return this.#local;
  }

  /**
   * The answer to our offer; ICE and DTLS begin. Repeated, or in a re-offer, it changes nothing. One with other credentials
   * is of another fork, or restarts ICE: what was begun with the old ones ends.
   */
  async acceptAnswer(remote: IceDescription): Promise<void> {
    if (this.#remoteUfrag === remote.ufrag) return;
    const local = this.offer();
    const weBegin = remote.setup === 'passive';
    await this.#connect('answer', (connection) =>
      connection.accept(local, { ...remote, setup: weBegin ? 'passive' : 'active' }),
    );
    this.#remoteUfrag = remote.ufrag;
    // RFC 8842 5.3: from now on the roles stand; later descriptions of ours repeat them.
    this.#local = { ...local, setup: weBegin ? 'active' : 'passive' };
  }

  /** False when a description restarts ICE (RFC 8839 4.4.1): then a new transport has to be made. */
  continues(remote: IceDescription): boolean {
    return this.#remoteUfrag === remote.ufrag;
  }

  async #connect<Result>(
    theirs: 'offer' | 'answer',
    begin: (connection: WebRtcConnection) => Result | Promise<Result>,
  ): Promise<Result> {
    if (this.#connection) await this.#disconnect(this.#connection);
    await beginnings.next();
    if (this.#closed) throw new Refusal('The call is over');
    this.#held.letGo();
    const at = { host: this.#host, port: this.port, certificate: this.#certificate };
    const connection = new WebRtcConnection(at, theirs === 'answer', {
      rtp: (bytes) => this.#events.rtp(bytes),
      rtcp: (bytes) => this.#events.rtcp(bytes),
      failed: (reason) => this.#events.failed(reason, this),
    });
    this.#connection = connection;
    try {
      return await begin(connection);
    } catch (error) {
      connection.close();
      throw new Refusal(`WebRTC ${theirs} refused: ${(error as Error).message}`);
    }
  }

  async #disconnect(connection: WebRtcConnection): Promise<void> {
    connection.close();
    const held = await this.#pool.holdAgain(this.port);
    this.#held = held;
    if (!this.#closed) return;
    held.letGo();
    this.#pool.release(held.port);
  }

  get candidatePair(): CandidatePair | undefined {
    return this.#connection?.candidatePair;
  }

  sendRtp(bytes: Buffer): void {
    this.#connection?.send(bytes);
  }

  sendRtcp(bytes: Uint8Array): void {
    this.#connection?.send(Buffer.from(bytes));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection?.close();
    this.#held.letGo();
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
