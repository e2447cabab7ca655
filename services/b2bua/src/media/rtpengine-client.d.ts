// rtpengine-client 0.4.12 brings no types; declared is what is used here.
declare module 'rtpengine-client' {
  import type { EventEmitter } from 'node:events';

  export interface NgAddress {
    host: string;
    port: number;
  }

  /** Options and replies are bencoded dictionaries: text, numbers, lists, dictionaries. */
  export type NgOptions = Record<string, unknown>;
  export type NgReply = Record<string, unknown>;

  class Client extends EventEmitter {
    constructor(options: { timeout: number; localAddress?: string });
    ping(address: NgAddress, options: NgOptions): Promise<NgReply>;
    offer(address: NgAddress, options: NgOptions): Promise<NgReply>;
    answer(address: NgAddress, options: NgOptions): Promise<NgReply>;
    delete(address: NgAddress, options: NgOptions): Promise<NgReply>;
    list(address: NgAddress, options: NgOptions): Promise<NgReply>;
    query(address: NgAddress, options: NgOptions): Promise<NgReply>;
    startRecording(address: NgAddress, options: NgOptions): Promise<NgReply>;
    stopRecording(address: NgAddress, options: NgOptions): Promise<NgReply>;
    close(): void;
  }

  const rtpengine: { Client: typeof Client };
  export default rtpengine;
}
