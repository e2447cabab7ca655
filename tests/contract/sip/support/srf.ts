import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type { Server, Socket } from 'node:net';

export type Headers = Record<string, string>;

export interface Address {
  name?: string;
  uri: string;
  params: Record<string, string>;
}

/** A SIP message as an application sees it, sent or received. */
export interface Message extends EventEmitter {
  type: 'request' | 'response';
  method: string;
  uri: string;
  body: string;
  headers: Headers;
  raw: string;
  status: number;
  reason: string;
  source: string;
  source_address: string;
  source_port: number;
  protocol: string;
  receivedOn?: string;
  stackDialogId: string;
  callingNumber: string;
  callingName: string;
  calledNumber: string;
  isNewInvite: boolean;
  socket: Socket;
  server: { address: string; hostport: string };
  payload: { type: string | null; content?: string }[];
  get(name: string): string;
  has(name: string): boolean;
  getParsedHeader(name: 'Contact'): Address[];
  getParsedHeader(name: string): Address;
  cancel(options?: { headers?: Headers }, callback?: Callback): void;
  proxy(options: ProxyOptions): Promise<ProxyResults>;
}

export type Callback<T = Message> = (error: (Error & { code?: string }) | string | null, result?: T) => void;
/** Answers a request; a final response goes once. `acknowledged` gets the PRACK or the ACK. */
export interface Response extends Message {
  finalResponseSent: boolean;
  send(status: number, callback?: Callback): void;
  send(status: number, reason: string, options?: ResponseOptions): void;
  send(
    status: number,
    options: ResponseOptions,
    callback?: Callback | null,
    acknowledged?: (request: Message) => void,
  ): void;
}
interface ResponseOptions {
  headers?: Headers;
  body?: string;
}

export type Credentials =
  | { username: string; password: string }
  | ((
      req: Message,
      res: Message,
      callback: (error: Error | null, username?: string, password?: string) => void,
    ) => void);

export interface RequestOptions {
  uri?: string;
  method?: string;
  headers?: Headers;
  body?: string;
  proxy?: string;
  auth?: Credentials;
}

export interface Dialog extends EventEmitter {
  id: string;
  type: 'uac' | 'uas';
  dialogType: string;
  connected: boolean;
  onHold: boolean;
  local: { sdp: string; uri: string; contact: string };
  remote: { sdp: string; uri: string };
  sip: { callId: string; localTag: string; remoteTag: string };
  other?: Dialog;
  srf: Srf;
  req: Message;
  res: Message;
  destroy(options?: { headers?: Headers; auth?: Credentials }): Promise<Message>;
  modify(sdp: string, options?: { headers?: Headers; auth?: Credentials }): Promise<string>;
  modify(options: { noAck: true }): Promise<{ sdp: string; ack(sdp: string): void }>;
  request(options: RequestOptions & { method: string }): Promise<Message>;
  getCountOfSubscriptions(): number;
}

export interface UacOptions extends RequestOptions {
  localSdp?: string;
  callingNumber?: string;
  callingName?: string;
  calledNumber?: string;
  noAck?: boolean;
  followRedirects?: boolean;
  keepUriOnRedirect?: boolean;
  dialogStateEmitter?: EventEmitter;
}

export interface UasOptions {
  localSdp?: string;
  body?: string | (() => string | Promise<string>);
  headers?: Headers;
  dialogStateEmitter?: EventEmitter;
}

export interface B2buaOptions extends Omit<UacOptions, 'localSdp'> {
  localSdpA?: string | ((sdp: string, res: Message) => string | Promise<string>);
  localSdpB?: string | ((sdp: string) => string | Promise<string>);
  responseHeaders?: Headers | ((res: Message, headers: Headers) => Headers);
  proxyRequestHeaders?: string[];
  proxyResponseHeaders?: string[];
  passFailure?: boolean;
  passProvisionalResponses?: boolean;
}

export interface Progress {
  cbRequest?: (error: Error | null, request: Message) => void;
  cbProvisional?: (response: Message) => void;
  cbFinalizedUac?: (uac: Dialog) => void;
}

export interface ProxyOptions {
  destination?: string | string[];
  forking?: 'sequential' | 'simultaneous';
  remainInDialog?: boolean;
  recordRoute?: boolean;
  followRedirects?: boolean;
  provisionalTimeout?: string;
  finalTimeout?: string;
  headers?: Headers;
}

export interface ProxyResults {
  connected: boolean;
  finalStatus: number;
  finalResponse: { msg: Message };
  responses: { address: string; port: number; msgs: { status: number; msg: Message }[] }[];
}

export type Next = (error?: Error) => void;
export type Handler = (req: Message, res: Response, next: Next) => unknown;
type Register = (handler: Handler) => void;
/** An answered INVITE whose ACK, with our SDP, is still owed. */
export interface LateOffer {
  sdp: string;
  ack(localSdp: string): Promise<Dialog>;
}

export interface Srf extends EventEmitter {
  connect(options: { host: string; port: number; secret: string }): void;
  listen(options: { host: string; port: number; secret: string }): Server;
  endSession(message: Message): void;
  disconnect(): void;
  use(handler: Handler | ((error: Error, req: Message, res: Response, next: Next) => unknown)): void;
  use(method: string, ...handlers: Handler[]): void;
  invite: Register;
  register: Register;
  options: Register;
  message: Register;
  info: Register;
  notify: Register;
  subscribe: Register;
  publish: Register;
  refer: Register;
  locals: Record<string, unknown>;
  request(uri: string, options: RequestOptions): Promise<Message>;
  request(options: RequestOptions): Promise<Message>;
  request(uri: string, options: RequestOptions, callback: Callback): void;
  createUAC(uri: string, options: UacOptions & { noAck: true }): Promise<LateOffer>;
  createUAC(uri: string, options: UacOptions, progress?: Progress): Promise<Dialog>;
  createUAC(options: UacOptions, progress?: Progress): Promise<Dialog>;
  createUAC(uri: string, options: UacOptions, progress: Progress, callback: Callback<Dialog>): void;
  createUAS(req: Message, res: Response, options?: UasOptions): Promise<Dialog>;
  createUAS(req: Message, res: Response, options: UasOptions, callback: Callback<Dialog>): void;
  createB2BUA(
    req: Message,
    res: Response,
    uri: string,
    options?: B2buaOptions,
    progress?: Progress,
  ): Promise<{ uas: Dialog; uac: Dialog }>;
  proxyRequest(req: Message, destination: string | string[], options?: ProxyOptions): Promise<ProxyResults>;
  proxyRequest(
    req: Message,
    destination: string | string[],
    options: ProxyOptions,
    callback: Callback<ProxyResults>,
  ): void;
  findDialogById(id: string): Dialog | undefined;
  findDialogByCallIDAndFromTag(callId: string, tag: string): Dialog | undefined;
  unregisterForMessages(verb: string): void;
  reregisterForMessages(verb: string): void;
}

/** The unmodified library; its own types miss much of it. */
export const Srf = createRequire(import.meta.url)('drachtio-srf') as {
  new (tags?: string | string[]): Srf;
  parseUri(uri: string): { user?: string; host?: string; params: Record<string, string> };
  SipError: new (status: number, reason?: string) => Error & { status: number; reason: string; res: Message };
};
export type SipError = InstanceType<typeof Srf.SipError>;
