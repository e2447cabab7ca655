import { ConfigError, type DrachtioAddress, type Logger } from '@ringback/runtime';
import { createSrf, type Srf } from './srf.ts';

export type SipServerState =
  | { connected: true; hostports: readonly HostportText[] }
  | { connected: false; problem: string; refused?: true };

/** `udp/127.0.0.1:5060`, as the SIP server tells where it listens. */
export type HostportText = string;

export interface SipServer {
  readonly srf: Srf;
  readonly state: SipServerState;
  /** Tells every change; the last word is in `state`. */
  onChange(listener: (state: SipServerState) => void): void;
  /** Resolves when connected, or after a while anyway. @throws ConfigError when the secret is wrong. */
  ready(patienceMs: number): Promise<void>;
  close(): void;
}

/** drachtio-srf waits 150 ms before it connects again, then longer and longer, up to this. */
const RECONNECT_MAX_DELAY_MS = 1_000;

/** Connects to a drachtio server, again and again while it is away. Resolves at once; see `state`. */
export function connectSipServer(address: DrachtioAddress, logger: Logger): SipServer {
  const srf = createSrf();
  const listeners: ((state: SipServerState) => void)[] = [];
  let state: SipServerState = { connected: false, problem: `connecting to ${address.host}:${address.port}` };
  let closed = false;

  const change = (next: SipServerState) => {
    state = next;
    for (const listener of listeners) listener(next);
  };
  const disconnect = () => {
    srf.app.client.wp.closing = true;
    try {
      srf.disconnect();
    } catch (error) {
      logger.debug({ err: error }, 'there was no connection to end');
    }
  };

  srf.on('connect', (error: Error | null, hostports?: string) => {
    if (closed) return disconnect();
    if (error) {
      return change({ connected: false, problem: 'the SIP server refuses our secret', refused: true });
    }
    logger.info({ hostports }, 'connected to the SIP server');
    change({ connected: true, hostports: (hostports ?? '').split(',').filter((text) => text !== '') });
  });
  srf.on('close', () => {
    if (closed || !state.connected) return;
    logger.warn('lost the connection to the SIP server');
    change({ connected: false, problem: 'lost the connection to the SIP server' });
  });
  // Without a listener for it drachtio-srf would not connect again.
  srf.on('error', (error: Error) => {
    logger.debug({ err: error }, 'SIP server connection');
    if (!closed && !state.connected)
      change({ connected: false, problem: `the SIP server cannot be reached: ${error.message}` });
  });
  srf.connect({ ...address, reconnect: { retryMaxDelay: RECONNECT_MAX_DELAY_MS } });

  return {
    srf,
    get state() {
      return state;
    },
    onChange: (listener) => void listeners.push(listener),
    ready: (patienceMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, patienceMs);
        const check = () => {
          if (!state.connected && !state.refused) return;
          clearTimeout(timer);
          if (state.connected) resolve();
          else
            reject(new ConfigError('DRACHTIO_URL', `${state.problem}; give the one that the SIP server has`));
        };
        listeners.push(check);
        check();
      }),
    close() {
      closed = true;
      disconnect();
    },
  };
}
