/** Every table of the server ends somewhere. */
export interface Limits {
  /** Requests being answered; beyond it new ones get 503 with Retry-After. */
  serverTransactions: number;
  /** Requests an application has not answered at all; beyond it new ones get 503 likewise. */
  unanswered: number;
  /** Requests remembered that got such a 503. */
  shed: number;
  clientTransactions: number;
  /** An INVITE that only provisional responses came to is called off after so long without another. */
  ringingMs: number;
  dialogs: number;
  /** Of one proxied request, those that redirects add included. */
  proxyTargets: number;
  /** Registered flows. */
  bindings: number;
  /** Contacts registered over one connection. */
  bindingsOfFlow: number;
  /** Of each listener. */
  connections: number;
  messageBytes: number;
  /** Applications that are connected; one more is refused. */
  applications: number;
  /** Questions to web handlers that wait for their answer; one more request gets 503 with Retry-After. */
  handlerQuestions: number;
  /** Connections opened to applications that listen; likewise. */
  outboundApplications: number;
  /** Commands of one application that wait, such as for an address. Beyond it nothing more is read from it. */
  openCommands: number;
  /** An application that leaves more than this unread is dropped. */
  applicationQueueBytes: number;
  /**
   * A stream nobody registered on or calls over is closed after so long without a byte, and any stream on which a message
   * is begun and not ended. A WebSocket in use is asked for a sign of life.
   */
  idleMs: number;
  /** A connection of ours that is not open by then counts as refused. */
  connectMs: number;
  /** A client has to be done with TLS and the WebSocket upgrade by then. */
  handshakeMs: number;
  /** TLS handshakes under way, of each listener. */
  handshakes: number;
}

export const DEFAULT_LIMITS: Limits = {
  serverTransactions: 100_000,
  unanswered: 5000,
  shed: 10_000,
  clientTransactions: 100_000,
  // RFC 3261 16.6 step 11: more than three minutes.
  ringingMs: 185_000,
  dialogs: 50_000,
  proxyTargets: 20,
  bindings: 50_000,
  bindingsOfFlow: 100,
  connections: 20_000,
  messageBytes: 65_536,
  applications: 1000,
  handlerQuestions: 1000,
  outboundApplications: 20_000,
  openCommands: 1000,
  applicationQueueBytes: 64 * 1024 * 1024,
  idleMs: 30_000,
  connectMs: 5_000,
  handshakeMs: 10_000,
  handshakes: 1_000,
};
