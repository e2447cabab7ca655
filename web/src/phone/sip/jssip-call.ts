import type { UA } from 'jssip';
import type { LineCall, LineCallEvent, ToneWay } from '../sip-line.ts';
import { waitAfterCrossingMs } from './crossed-offers.ts';
import { endOf } from './session-end.ts';

/** JsSIP names this type in a file that its package does not open. */
export type RTCSession = ReturnType<UA['call']>;
type DtmfOptions = NonNullable<Parameters<RTCSession['sendDTMF']>[1]>;

/** `response` is null for the 180 that we send ourselves. */
interface ProgressEvent {
  originator: string;
  response?: { status_code: number } | null;
}

type DistributedOmit<T> = T extends unknown ? Omit<T, 'id'> : never;
type CallNews = DistributedOmit<LineCallEvent>;

const TONE = { duration: 120, interToneGap: 70 };
/** How soon to look again whether a re-INVITE, the other side's or ours, is still open. */
const LOOK_AGAIN_MS = 50;

/** A `LineCall` over one session of JsSIP. */
export class JsSipCall implements LineCall {
  readonly #session: RTCSession;
  readonly #peerConfiguration: RTCConfiguration;
  readonly #tell: (news: CallNews) => void;
  #reoffer: number | undefined;
  /** Our wish to hold or to resume, while its re-INVITE is on its way. */
  #asked: boolean | null = null;
  /** Keys that were pressed while the stream was not up. */
  #tones = '';
  #tonesLater: number | undefined;

  constructor(session: RTCSession, peerConfiguration: RTCConfiguration, tell: (news: CallNews) => void) {
    this.#session = session;
    this.#peerConfiguration = peerConfiguration;
    this.#tell = tell;
    this.#listen();
  }

  #listen(): void {
    const session = this.#session;
    // JsSIP waits for all ICE candidates, 120 ms and more; the first one is enough on one network.
    session.on('icecandidate', (event) => event.ready());
    session.on('progress', (event: ProgressEvent) => {
      if (event.originator === 'remote' && event.response?.status_code === 180)
        this.#tell({ kind: 'line-ringing' });
    });
    session.on('accepted', () => this.#tell({ kind: 'line-accepted' }));
    session.on('hold', ({ originator }) => this.#heldByThem(originator, true));
    session.on('unhold', ({ originator }) => this.#heldByThem(originator, false));
    // RFC 3261 14.2. JsSIP says 491 too, but goes on with their offer, which undoes ours.
    for (const theirs of ['reinvite', 'update'] as const)
      session.on(theirs, ({ reject }) => {
        if (this.#asked !== null) reject({ status_code: 491 });
      });
    session.on('ended', (event) => this.#over(event));
    session.on('failed', (event) => this.#over(event));
  }

  hear(connection: RTCPeerConnection): void {
    connection.addEventListener('track', ({ track, streams }) => {
      this.#tell({ kind: 'remote-track', stream: streams[0] ?? new MediaStream([track]) });
    });
  }

  accept(local: MediaStream, warning?: string): void {
    this.#session.on('peerconnection', ({ peerconnection }) => this.hear(peerconnection));
    this.#session.answer({
      mediaStream: local,
      pcConfig: this.#peerConfiguration,
      extraHeaders: warningHeaders(warning),
    });
  }

  refuse(sipStatus: number, warning?: string): void {
    if (this.#session.isEnded()) return;
    this.#session.terminate({ status_code: sipStatus, extraHeaders: warningHeaders(warning) });
  }

  hangUp(): void {
    if (!this.#session.isEnded()) this.#session.terminate();
  }

  setMuted(muted: boolean): void {
    if (muted) this.#session.mute({ audio: true });
    else this.#session.unmute({ audio: true });
  }

  setHeld(held: boolean): void {
    const session = this.#session;
    window.clearTimeout(this.#reoffer);
    if (session.isEnded()) return;
    if (!session.isReadyToReOffer()) {
      this.#reoffer = window.setTimeout(() => this.setHeld(held), LOOK_AGAIN_MS);
      return;
    }
    this.#asked = held;
    // RFC 3264 8.4: `sendonly`. Set at its source, it also holds for our answer to an offer of the other side.
    for (const transceiver of session.connection.getTransceivers())
      transceiver.direction = held ? 'sendonly' : 'sendrecv';
    const agreed = () => {
      this.#asked = null;
      this.#tell({ kind: 'line-held', by: 'us', on: held });
    };
    // To JsSIP a call whose offer crossed another is as we wished already.
    if (session.isOnHold().local === held) session.renegotiate({}, agreed);
    else if (held) session.hold({}, agreed);
    else session.unhold({}, agreed);
  }

  is(callId: string): boolean {
    return this.#session.id.startsWith(callId);
  }

  /** Our offer met one of theirs: the session is as it was, and in a while we ask again (RFC 3261 14.1). */
  crossed(): void {
    const { connection, direction } = this.#session;
    const wish = this.#asked;
    if (wish === null || connection.signalingState !== 'have-local-offer') return;
    this.#asked = null;
    void connection.setLocalDescription({ type: 'rollback' });
    const waitMs = waitAfterCrossingMs(direction === 'outgoing', Math.random());
    this.#reoffer = window.setTimeout(() => this.setHeld(wish), waitMs);
  }

  sendTone(tone: string, way: ToneWay): void {
    if (way === 'info') {
      this.#sendInfoTone(tone);
      return;
    }
    this.#tones += tone;
    this.#sendTones();
  }

  #sendTones(): void {
    window.clearTimeout(this.#tonesLater);
    if (!this.#streamIsUp()) {
      this.#tonesLater = window.setTimeout(() => this.#sendTones(), LOOK_AGAIN_MS);
      return;
    }
    // Without telephone-event in the other side's answer there is nothing to send it with (RFC 4733 2.4.1).
    const sender = this.#session.connection.getSenders().find(({ dtmf }) => dtmf?.canInsertDTMF);
    if (sender) this.#session.sendDTMF(this.#tones, { ...TONE, transportType: 'RFC2833' } as DtmfOptions);
    else this.#tell({ kind: 'tone-refused' });
    this.#tones = '';
  }

  /** Nobody holds, and no offer is open that may change that. */
  #streamIsUp(): boolean {
    const { local, remote } = this.#session.isOnHold();
    const settled = this.#session.connection.signalingState === 'stable' && this.#session.isReadyToReOffer();
    return settled && !local && !remote;
  }

  #sendInfoTone(tone: string): void {
    this.#session.once('newDTMF', (event: unknown) => {
      const { dtmf } = event as { dtmf: { on(type: 'failed', listener: () => void): void } };
      dtmf.on('failed', () => this.#tell({ kind: 'tone-refused' }));
    });
    this.#session.sendDTMF(tone, { ...TONE, transportType: 'INFO' } as DtmfOptions);
  }

  async replaceSound(local: MediaStream): Promise<void> {
    const [track] = local.getAudioTracks();
    const sender = this.#session.connection?.getSenders().find((one) => one.track?.kind === 'audio');
    if (!track || !sender?.track) return;
    track.enabled = sender.track.enabled;
    await sender.replaceTrack(track);
  }

  #heldByThem(originator: string, on: boolean): void {
    if (originator === 'remote') this.#tell({ kind: 'line-held', by: 'them', on });
  }

  #over(event: Parameters<typeof endOf>[0]): void {
    window.clearTimeout(this.#reoffer);
    window.clearTimeout(this.#tonesLater);
    this.#tell({ kind: 'line-ended', end: endOf(event) });
  }
}

/** RFC 3261 20.43: 399 is a warning for people; the agent may be any name. */
function warningHeaders(warning: string | undefined): string[] {
  return warning === undefined
    ? []
    : [`Warning: 399 ringback-page "${warning.replace(/[^ -~]|["\\]/g, '')}"`];
}
