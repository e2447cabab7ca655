import JsSIP, { type UA } from 'jssip';
import type { LineAccount, SipLine, SipLineEvent } from '../sip-line.ts';
import { endOf } from './session-end.ts';

/** JsSIP names this type in a file that its package does not open. */
type RTCSession = ReturnType<UA['call']>;

/** `response` is null for the 180 that we send ourselves. */
interface ProgressEvent {
  originator: string;
  response?: { status_code: number } | null;
}

const REGISTER_EXPIRES_SEC = 120;
const RECOVERY_SEC = { least: 1, most: 5 };
const DTMF = { transportType: 'RFC2833', duration: 120, interToneGap: 70 } as const;

/** A `SipLine` over JsSIP: no state of its own but the session that is up. */
export class JsSipLine implements SipLine {
  readonly #ua: UA;
  readonly #tell: (event: SipLineEvent) => void;
  #account: LineAccount;
  #session: RTCSession | null = null;

  constructor(account: LineAccount, instanceId: string, tell: (event: SipLineEvent) => void) {
    this.#account = account;
    this.#tell = tell;
    this.#ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(account.wsUrl)],
      uri: account.uri,
      authorization_user: account.username,
      password: account.password,
      display_name: account.displayName,
      instance_id: instanceId,
      contact_uri: contactOf(instanceId),
      register: true,
      register_expires: REGISTER_EXPIRES_SEC,
      // JsSIP would refresh by UPDATE every 90 s, which no leg here needs (RFC 4028 is optional).
      session_timers: false,
      connection_recovery_min_interval: RECOVERY_SEC.least,
      connection_recovery_max_interval: RECOVERY_SEC.most,
      user_agent: 'Ringback page',
    });
    this.#listen();
  }

  #listen(): void {
    const ua = this.#ua;
    ua.on('connecting', () => this.#tell({ kind: 'connecting' }));
    ua.on('disconnected', () => this.#tell({ kind: 'disconnected' }));
    ua.on('registered', () => this.#tell({ kind: 'registered' }));
    ua.on('registrationFailed', ({ response }) => {
      this.#tell({ kind: 'refused', sipStatus: response ? response.status_code : null });
    });
    ua.on('newRTCSession', (event: { originator: string; session: RTCSession }) => {
      if (event.originator === 'remote') this.#incoming(event.session);
    });
  }

  start(): void {
    this.#ua.start();
  }

  stop(): void {
    this.#ua.stop();
  }

  register(): void {
    if (this.#ua.isConnected()) this.#ua.register();
  }

  renew(account: LineAccount): void {
    this.#account = account;
    // After its first challenge JsSIP keeps only the HA1 of the old password: that must go as well.
    this.#ua.set('authorization_user', account.username);
    this.#ua.set('ha1', '');
    this.#ua.set('password', account.password);
    this.#ua.set('display_name', account.displayName);
  }

  #incoming(session: RTCSession): void {
    if (this.#session) {
      session.terminate({ status_code: 486 });
      return;
    }
    const { uri, display_name } = session.remote_identity;
    this.#adopt(session);
    this.#tell({ kind: 'line-incoming', peer: { number: uri.user, displayName: display_name || null } });
  }

  place(target: string, local: MediaStream): void {
    const session = this.#ua.call(target, {
      mediaStream: local,
      mediaConstraints: { audio: true, video: false },
      pcConfig: this.#peerConfiguration(),
    });
    this.#adopt(session);
    this.#hear(session.connection);
  }

  accept(local: MediaStream): void {
    const session = this.#session;
    if (!session) return;
    session.on('peerconnection', ({ peerconnection }) => this.#hear(peerconnection));
    session.answer({ mediaStream: local, pcConfig: this.#peerConfiguration() });
  }

  refuse(sipStatus: number): void {
    if (this.#session && !this.#session.isEnded()) this.#session.terminate({ status_code: sipStatus });
  }

  hangUp(): void {
    if (this.#session && !this.#session.isEnded()) this.#session.terminate();
  }

  setMuted(muted: boolean): void {
    if (muted) this.#session?.mute({ audio: true });
    else this.#session?.unmute({ audio: true });
  }

  sendTone(tone: string): boolean {
    // Without telephone-event in the other side's answer there is nothing to send it with (RFC 4733 2.4.1).
    const sender = this.#session?.connection.getSenders().find(({ dtmf }) => dtmf?.canInsertDTMF);
    if (!sender) return false;
    this.#session?.sendDTMF(tone, DTMF as Parameters<RTCSession['sendDTMF']>[1]);
    return true;
  }

  #peerConfiguration(): RTCConfiguration {
    // Some answers come without a BUNDLE group; 'balanced' gets along with both.
    return { iceServers: this.#account.iceServers, bundlePolicy: 'balanced' };
  }

  #adopt(session: RTCSession): void {
    this.#session = session;
    // JsSIP waits for all ICE candidates, 120 ms and more; the first one is enough on one network.
    session.on('icecandidate', (event) => event.ready());
    session.on('progress', (event: ProgressEvent) => {
      if (event.originator === 'remote' && event.response?.status_code === 180)
        this.#tell({ kind: 'line-ringing' });
    });
    session.on('accepted', () => this.#tell({ kind: 'line-accepted' }));
    session.on('ended', (event) => this.#over(session, event));
    session.on('failed', (event) => this.#over(session, event));
  }

  #over(session: RTCSession, event: Parameters<typeof endOf>[0]): void {
    if (this.#session !== session) return;
    this.#session = null;
    this.#tell({ kind: 'line-ended', end: endOf(event) });
  }

  #hear(connection: RTCPeerConnection): void {
    connection.addEventListener('track', ({ track, streams }) => {
      this.#tell({ kind: 'remote-track', stream: streams[0] ?? new MediaStream([track]) });
    });
  }
}

/**
 * The same contact after each reload, so that the new binding replaces the one of the page that is gone
 * (RFC 3261 10.3). The host does not exist: the SIP server knows the connection (RFC 7118 5).
 */
function contactOf(instanceId: string): string {
  return `sip:${instanceId.slice(0, 8)}@${instanceId.slice(-12)}.invalid;transport=ws`;
}
