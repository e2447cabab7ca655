import type { ProxyCommand, Reply, ServerMessage, SipCommand } from '@ringback/drachtio-wire';

/** An application as the SIP side sees it. */
export interface Application {
  readonly id: string;
  /** What it called itself when it showed the secret; a request handler can route by them. */
  readonly tags: readonly string[];
  readonly closed: boolean;
  /** Sends one frame; on a closed connection it is dropped. The server's message id is made here. */
  tell(message: ServerMessage): void;
  /** Answers one of its frames. */
  reply(requestId: string, reply: Reply): void;
  /** Ends the connection. */
  end(): void;
}

/** What an application may ask for once it has shown the secret. */
export interface CommandHandler {
  route(application: Application, verb: string): void;
  removeRoute(application: Application, verb: string): void;
  /** Settled when the command is done with; never rejects. */
  sip(application: Application, command: SipCommand): Promise<void>;
  proxy(application: Application, command: ProxyCommand): void;
  gone(application: Application): void;
}
