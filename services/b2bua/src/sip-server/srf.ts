import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import DrachtioSrf from 'drachtio-srf';

// drachtio-srf 5.0.29 as it is used here: its own types leave out half of that and are wrong about some of the rest.

export interface SrfMessage {
  /** The message as the SIP server handed it over. */
  readonly raw: string;
  readonly body: string;
  get(name: string): string | undefined;
  has(name: string): boolean;
}

export interface SrfRequest extends SrfMessage, EventEmitter {
  readonly method: string;
  readonly uri: string;
  readonly source_address: string;
  readonly source_port: number;
  /** `host:port` that a request outside of a dialog arrived on. */
  readonly receivedOn?: string;
  readonly stackTxnId: string;
  readonly stackDialogId: string;
  readonly socket: Socket;
  cancel(options: { headers?: Record<string, string> }, callback: (error: unknown) => void): void;
}

export interface SrfResponse extends SrfMessage, EventEmitter {
  status: number;
  readonly reason: string;
  /** Empty when the SIP server made the response itself. */
  readonly source_address: string;
  readonly finalResponseSent: boolean;
  finished: boolean;
  readonly msg: { status: number; reason: string };
  readonly agent: {
    sendResponse(res: SrfResponse, options: SrfContent, callback: (error: unknown) => void): void;
  };
  /** @throws on a status that is in no registry, and when the connection is gone. */
  send(
    status: number,
    reason: string,
    options: SrfContent,
    callback: (error: unknown, sent?: SrfMessage) => void,
  ): void;
}

export interface SrfContent {
  headers?: Record<string, string>;
  body?: string;
}

export type SrfRespond = (response: SrfResponse, ack: (content?: { body?: string }) => void) => void;

export interface SrfDialog extends EventEmitter {
  readonly id: string;
  readonly type: 'uac' | 'uas';
  readonly sip: { callId: string; localTag: string; remoteTag: string };
  readonly local: { uri: string; sdp: string };
  readonly remote: { uri: string; sdp: string };
  readonly res: SrfResponse;
  readonly socket: Socket;
  connected: boolean;
  destroy(options: { headers?: Record<string, string> }, callback: (error: unknown) => void): void;
}

export interface SrfError extends Error {
  readonly status?: number;
  readonly reason?: string;
  readonly res?: SrfResponse;
}

export interface SrfOutgoing extends SrfContent {
  method: string;
  uri?: string;
  stackDialogId?: string;
  stackTxnId?: string;
  _socket?: Socket;
}

export type SrfHandler = (req: SrfRequest, res: SrfResponse) => void;

export interface Srf extends EventEmitter {
  readonly app: { readonly client: { readonly wp: { closing?: boolean } } };
  connect(options: {
    host: string;
    port: number;
    secret: string;
    reconnect?: { retryMaxDelay: number };
    enablePing?: boolean;
  }): void;
  /** @throws when there is no connection. */
  disconnect(): void;
  use(handler: (req: SrfRequest, res: SrfResponse, next: () => void) => void): void;
  invite(handler: SrfHandler): void;
  register(handler: SrfHandler): void;
  options(handler: SrfHandler): void;
  message(handler: SrfHandler): void;
  subscribe(handler: SrfHandler): void;
  publish(handler: SrfHandler): void;
  info(handler: SrfHandler): void;
  notify(handler: SrfHandler): void;
  /** @throws when there is no connection. */
  request(options: SrfOutgoing, callback: (error: unknown, request?: SrfRequest) => void): void;
  /** @throws when there is no connection. */
  createUAC(
    uri: string,
    options: { localSdp: string; headers: Record<string, string>; proxy?: string },
    progress: {
      cbRequest: (error: unknown, request?: SrfRequest) => void;
      cbProvisional: (response: SrfResponse) => void;
    },
    callback: (error: SrfError | null, dialog?: SrfDialog) => void,
  ): void;
  createUAS(
    req: SrfRequest,
    res: SrfResponse,
    options: { localSdp: string; headers?: Record<string, string> },
    callback: (error: unknown, dialog?: SrfDialog) => void,
  ): void;
}

export function createSrf(): Srf {
  return new DrachtioSrf() as unknown as Srf;
}
