import { createRequire } from 'node:module';

// The unmodified client, as the B2BUA uses it. It brings no types.
type RawClient = {
  on(event: string, listener: (...args: unknown[]) => void): void;
  close(): void;
} & Record<NgCommandName, (port: number, host: string, options: object) => Promise<NgReplyBody>>;
const { Client } = createRequire(import.meta.url)('rtpengine-client') as {
  Client: new (options: { timeout: number }) => RawClient;
};

export type NgCommandName =
  | 'ping'
  | 'offer'
  | 'answer'
  | 'delete'
  | 'query'
  | 'list'
  | 'playMedia'
  | 'stopMedia'
  | 'playDTMF'
  | 'blockMedia'
  | 'unblockMedia'
  | 'silenceMedia'
  | 'unsilenceMedia'
  | 'blockDTMF'
  | 'unblockDTMF'
  | 'startRecording'
  | 'stopRecording';
// biome-ignore lint/suspicious/noExplicitAny: replies are read as an application reads them, without types
export type NgReplyBody = Record<string, any> & { result: string };

export type NgClient = {
  send(command: NgCommandName, options?: object): Promise<NgReplyBody>;
  /** The SDP of an `ok` reply; throws with the reason of any other. */
  sdp(command: 'offer' | 'answer', options: object): Promise<string>;
  close(): void;
};

export async function openNgClient(port: number): Promise<NgClient> {
  const client = new Client({ timeout: 5000 });
  await new Promise<void>((resolve) => client.on('listening', () => resolve()));
  const send: NgClient['send'] = (command, options = {}) => client[command](port, '127.0.0.1', options);
  return {
    send,
    sdp: async (command, options) => {
      const reply = await send(command, options);
      if (reply.result !== 'ok') throw new Error(`${command}: ${reply['error-reason']}`);
      return reply.sdp;
    },
    close: () => client.close(),
  };
}

const replace = ['origin', 'session-connection'];

/** What the B2BUA sends, by who offers and who answers. */
export const PROFILES = {
  toPlain: {
    'transport-protocol': 'RTP/AVP',
    ICE: 'remove',
    'rtcp-mux': ['demux'],
    replace,
    flags: ['trust-address', 'no-rtcp-attribute'],
  },
  browserOffersPlain: {
    'transport-protocol': 'RTP/AVP',
    ICE: 'remove',
    'rtcp-mux': ['demux'],
    replace,
    flags: ['trust-address', 'no-rtcp-attribute'],
    codec: { mask: ['all'], offer: ['PCMU', 'PCMA', 'telephone-event'], transcode: ['PCMU'] },
  },
  answerToBrowser: {
    'transport-protocol': 'UDP/TLS/RTP/SAVPF',
    ICE: 'force',
    'rtcp-mux': ['require'],
    flags: ['trust-address', 'generate-mid'],
  },
  offerToBrowser: {
    'transport-protocol': 'UDP/TLS/RTP/SAVPF',
    ICE: 'force',
    DTLS: 'passive',
    'rtcp-mux': ['offer', 'require'],
    flags: ['trust-address', 'generate-mid'],
    codec: { mask: ['all'], offer: ['PCMU', 'PCMA', 'opus', 'telephone-event'], transcode: ['PCMU', 'opus'] },
  },
} as const;
