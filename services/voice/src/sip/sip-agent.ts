import type { IssuedSession } from '@ringback/contracts';
import type { Logger } from '@ringback/runtime';
import { type Invitation, type Session, UserAgent } from 'sip.js';
import type { Credentials } from './credentials.ts';
import { type DescribedMedia, RtpDescriptionHandler } from './description-handler.ts';
import type { Dialog, TellDialog } from './dialog.ts';
import { IncomingDialog } from './incoming-dialog.ts';
import { type CallToPlace, OutgoingDialog } from './outgoing-dialog.ts';
import { Registration } from './registration.ts';
import { quietLog } from './sip-log.ts';
import { provideWebSocket } from './web-socket.ts';

export interface SipAgentOptions {
  /** `ws://host:port` of the SIP server. */
  readonly wsUrl: string;
  /** What the other side of a call is told to send its media to. */
  readonly mediaAddress: string;
  readonly credentials: Credentials;
  readonly logger: Logger;
  readonly incoming: (call: IncomingDialog) => void;
  readonly changed: (registered: boolean, detail: string) => void;
}

/** The voice as an ordinary SIP endpoint over WebSocket (RFC 7118), registered as what the registrar issues. */
export class SipAgent {
  readonly #options: SipAgentOptions;
  readonly #registration: Registration;
  readonly #mediaOf = new WeakMap<Session, DescribedMedia>();
  readonly #outgoing = new Set<OutgoingDialog>();

  constructor(options: SipAgentOptions) {
    provideWebSocket();
    this.#options = options;
    this.#registration = new Registration({
      credentials: options.credentials,
      logger: options.logger,
      makeAgent: (issued) => this.#makeAgent(issued),
      changed: options.changed,
    });
  }

  get registered(): boolean {
    return this.#registration.registered;
  }

  get connected(): boolean {
    return this.#registration.agent?.isConnected() ?? false;
  }

  /** Sends the INVITE. What becomes of it is told, never within this call. */
  place(call: CallToPlace, tell: TellDialog): Dialog {
    const agent = this.#registration.agent;
    if (!agent?.isConnected()) {
      queueMicrotask(() => tell({ kind: 'rejected', sipStatus: 503, local: true }));
      return { hangUp: () => undefined };
    }
    const dialog = new OutgoingDialog(
      agent,
      call,
      (event) => {
        if (dialog.over) this.#outgoing.delete(dialog);
        if (event.kind === 'rejected' && (event.sipStatus === 401 || event.sipStatus === 407))
          this.#registration.refused();
        tell(event);
      },
      this.#options.logger,
    );
    this.#outgoing.add(dialog);
    this.#mediaOf.set(dialog.session, call.media);
    dialog.invite();
    return dialog;
  }

  /** Unregisters and disconnects; calls should be over by now. */
  close(): Promise<void> {
    return this.#registration.close();
  }

  #makeAgent(issued: IssuedSession): UserAgent {
    const uri = UserAgent.makeURI(issued.uri);
    if (!uri) throw new Error(`the registrar issued an address that is none: ${issued.uri}`);
    const agent = new UserAgent({
      ...quietLog(this.#options.logger),
      uri,
      authorizationUsername: issued.username,
      authorizationPassword: issued.password,
      userAgentString: 'Ringback voice',
      transportOptions: { server: this.#options.wsUrl, traceSip: false, connectionTimeout: 5 },
      // An answer follows at once: a 180 before it would make the caller's phone ring for nothing.
      sendInitialProvisionalResponse: false,
      sessionDescriptionHandlerFactory: (session) => this.#describe(session),
      delegate: {
        onDisconnect: () => this.#disconnected(),
        onInvite: (invitation) => this.#invited(invitation),
      },
    });
    this.#guard(agent);
    return agent;
  }

  #describe(session: Session): RtpDescriptionHandler {
    const media = this.#mediaOf.get(session);
    if (!media) throw new Error('a session without media is to be described');
    return new RtpDescriptionHandler(media, this.#options.mediaAddress);
  }

  /** What SIP.js throws at a message it cannot follow would end the process; the message alone is lost. */
  #guard(agent: UserAgent): void {
    const receive = agent.transport.onMessage;
    agent.transport.onMessage = (message) => {
      try {
        receive?.(message);
      } catch (error) {
        this.#options.logger.warn({ err: error }, 'a SIP message was dropped');
      }
    };
  }

  #invited(invitation: Invitation): void {
    const describe = (media: DescribedMedia) => this.#mediaOf.set(invitation, media);
    this.#options.incoming(new IncomingDialog(invitation, describe, this.#options.logger));
  }

  #disconnected(): void {
    for (const dialog of [...this.#outgoing]) {
      dialog.connectionLost();
      if (dialog.over) this.#outgoing.delete(dialog);
    }
    this.#registration.disconnected();
  }
}
