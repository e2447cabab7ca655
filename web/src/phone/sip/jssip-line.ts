import JsSIP, { type UA } from 'jssip';
import type { LineAccount, LineCall, SipLine, SipLineEvent } from '../sip-line.ts';
import { watchCrossedOffers } from './crossed-offers.ts';
import { JsSipCall, type RTCSession } from './jssip-call.ts';

interface RegisteredEvent {
  response: { getHeader(name: string): string | undefined };
}

const REGISTER_EXPIRES_SEC = 120;
const RECOVERY_SEC = { least: 1, most: 5 };

/** A `SipLine` over JsSIP: no state of its own but the sessions that are up. */
export class JsSipLine implements SipLine {
  readonly #ua: UA;
  readonly #tell: (event: SipLineEvent) => void;
  readonly #calls = new Map<string, JsSipCall>();
  #account: LineAccount;

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
    ua.on('registered', (event: RegisteredEvent) => {
      this.#tell({ kind: 'registered', expiresSec: expiresOf(event) });
    });
    ua.on('registrationFailed', ({ response }) => {
      this.#tell({ kind: 'refused', sipStatus: response ? response.status_code : null });
    });
    // With a listener it leaves the moment of the renewal to us.
    ua.on('registrationExpiring', () => undefined);
    ua.on('newRTCSession', (event: { originator: string; session: RTCSession }) => {
      if (event.originator === 'remote') this.#incoming(event.session);
    });
    watchCrossedOffers(ua, (callId) => {
      for (const call of this.#calls.values()) if (call.is(callId)) call.crossed();
    });
  }

  start(): void {
    this.#ua.start();
  }

  stop(): void {
    this.#ua.stop();
  }

  register(): void {
    if (!this.#ua.isConnected()) return;
    // JsSIP tells of a 200 only when it was not registered before; this has it forget that it was.
    (this.#ua.registrator() as unknown as { onTransportClosed(): void }).onTransportClosed();
    this.#ua.register();
  }

  renew(account: LineAccount): void {
    this.#account = account;
    // After its first challenge JsSIP keeps only the HA1 of the old password: that must go as well.
    this.#ua.set('authorization_user', account.username);
    this.#ua.set('ha1', '');
    this.#ua.set('password', account.password);
    this.#ua.set('display_name', account.displayName);
  }

  place(id: string, target: string, local: MediaStream): void {
    const session = this.#ua.call(target, {
      mediaStream: local,
      mediaConstraints: { audio: true, video: false },
      pcConfig: this.#peerConfiguration(),
    });
    this.#adopt(id, session).hear(session.connection);
  }

  call(id: string): LineCall | undefined {
    return this.#calls.get(id);
  }

  #incoming(session: RTCSession): void {
    const { uri, display_name } = session.remote_identity;
    this.#adopt(session.id, session);
    const peer = { number: uri.user, displayName: display_name || null };
    this.#tell({ kind: 'line-incoming', id: session.id, peer });
  }

  #adopt(id: string, session: RTCSession): JsSipCall {
    const call = new JsSipCall(session, this.#peerConfiguration(), (news) => {
      if (news.kind === 'line-ended') this.#calls.delete(id);
      this.#tell({ id, ...news });
    });
    this.#calls.set(id, call);
    return call;
  }

  #peerConfiguration(): RTCConfiguration {
    // Some answers come without a BUNDLE group; 'balanced' gets along with both.
    return { iceServers: this.#account.iceServers, bundlePolicy: 'balanced' };
  }
}

/** RFC 3261 10.3: how long the binding lives is in the Contact of the 200, where the registrar has shortened it. */
function expiresOf({ response }: RegisteredEvent): number {
  const told = /;expires=(\d+)/i.exec(response.getHeader('Contact') ?? '')?.[1];
  return Number(told ?? response.getHeader('Expires') ?? REGISTER_EXPIRES_SEC);
}

/**
 * The same contact after each reload, so that the new binding replaces the one of the page that is gone
 * (RFC 3261 10.3). The host does not exist: the SIP server knows the connection (RFC 7118 5).
 */
function contactOf(instanceId: string): string {
  return `sip:${instanceId.slice(0, 8)}@${instanceId.slice(-12)}.invalid;transport=ws`;
}
