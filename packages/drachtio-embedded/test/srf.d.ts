/** As much of drachtio-srf as these tests use; its own types miss most of it. */
declare module 'drachtio-srf' {
  import { EventEmitter } from 'node:events';
  import type { Server } from 'node:net';

  export interface Message extends EventEmitter {
    method: string;
    uri: string;
    body: string;
    headers: Record<string, string>;
    status: number;
    reason: string;
    protocol: string;
    source_address: string;
    source_port: number;
    receivedOn?: string;
    stackDialogId: string;
    callingNumber: string;
    get(name: string): string;
    has(name: string): boolean;
    getParsedHeader(name: 'contact'): { uri: string; params: Record<string, string> }[];
    getParsedHeader(name: string): { uri: string; params: Record<string, string> };
    socket: unknown;
    agent: {
      request(
        options: DialogOptions & { stackDialogId: string; _socket: unknown },
        callback: (error: unknown, request?: Message) => void,
      ): void;
    };
    cancel(options?: object, callback?: (error?: Error) => void): void;
    proxy(options?: ProxyOptions): Promise<ProxyResult>;
  }
  export interface Response extends Message {
    send(
      status: number,
      reason?: string | object,
      options?: object | Callback,
      callback?: Callback | ((prack: Message) => void),
    ): void;
  }
  type Callback = (error: Error | string | null, message?: Message) => void;
  interface ProxyOptions {
    destination?: string | string[];
    forking?: 'simultaneous' | 'sequential';
    recordRoute?: boolean;
    remainInDialog?: boolean;
    followRedirects?: boolean;
    provisionalTimeout?: string;
    finalTimeout?: string;
    headers?: Record<string, string>;
  }
  interface ProxyResult {
    connected: boolean;
    finalStatus?: number;
    responses: { address: string; port: number; msgs: { status: number; time: string }[] }[];
  }
  interface DialogOptions {
    headers?: Record<string, string>;
    method?: string;
    body?: string;
  }
  export interface Dialog extends EventEmitter {
    id: string;
    connected: boolean;
    local: { sdp: string; uri: string; contact: string };
    remote: { sdp: string; uri: string };
    sip: { callId: string; localTag: string; remoteTag: string };
    destroy(options?: DialogOptions): Promise<Message>;
    modify(sdp: string): Promise<string>;
    request(options: DialogOptions): Promise<Message>;
    other?: Dialog;
  }
  export interface CallOptions {
    method?: 'INVITE' | 'SUBSCRIBE';
    localSdp?: string;
    localSdpA?: unknown;
    localSdpB?: unknown;
    proxy?: string;
    headers?: Record<string, string>;
    responseHeaders?: Record<string, string>;
    auth?: { username: string; password: string };
    noAck?: boolean;
    callingNumber?: string;
  }
  interface Progress {
    cbRequest?: (error: Error | null, request: Message) => void;
    cbProvisional?: (response: Message) => void;
  }
  type Handler = (req: Message, res: Response) => void;

  export default class Srf extends EventEmitter {
    connect(options: {
      host: string;
      port: number;
      secret: string;
      enablePing?: boolean;
      pingInterval?: number;
      tags?: string[];
      tls?: object;
    }): void;
    listen(options: { host: string; port: number; secret: string; tags?: string[]; tls?: object }): Server;
    /** Ends the connection a request came on; in listen mode only. */
    endSession(message: Message): void;
    disconnect(): void;
    invite(handler: Handler): void;
    register(handler: Handler): void;
    options(handler: Handler): void;
    message(handler: Handler): void;
    refer(handler: Handler): void;
    subscribe(handler: Handler): void;
    notify(handler: Handler): void;
    use(method: string, handler: Handler): void;
    request(uri: string, options: DialogOptions & { auth?: object; proxy?: string }): Promise<Message>;
    createUAS(req: Message, res: Response, options: CallOptions): Promise<Dialog>;
    createUAC(uri: string, options: CallOptions, progress?: Progress): Promise<Dialog>;
    createB2BUA(
      req: Message,
      res: Response,
      uri: string,
      options: CallOptions,
      progress?: Progress,
    ): Promise<{ uas: Dialog; uac: Dialog }>;
    unregisterForMessages(verb: string): void;
    reregisterForMessages(verb: string): void;
    app: { client: { idle: boolean; wp: EventEmitter } };
  }
}
