import type { HostAndPort, Logger } from '@ringback/runtime';
import rtpengine, { type NgOptions, type NgReply } from 'rtpengine-client';
import { list, text } from './ng-value.ts';
import type { NgProfile } from './profile.ts';

/** One exchange of descriptions on the media server. Its sides are known by tags; the first offer is for nobody yet. */
export interface MediaExchange {
  readonly id: string;
  readonly fromTag: string;
  readonly toTag?: string;
}

export interface MediaServer {
  ping(): Promise<boolean>;
  /** The SDP for the other side. @throws MediaError */
  offer(exchange: MediaExchange, sdp: string, profile: NgProfile): Promise<string>;
  /** @throws MediaError */
  answer(exchange: MediaExchange, sdp: string, profile: NgProfile): Promise<string>;
  /** Gives everything back and tells what was counted. @throws MediaError */
  release(exchange: MediaExchange): Promise<NgReply>;
  /**
   * What was counted so far; null when the media server does not know this exchange: it was started anew, or heard
   * nothing for too long. @throws MediaError
   */
  look(exchange: MediaExchange): Promise<NgReply | null>;
  /**
   * Begins to record what both sides send, or goes on after a pause; the files' names, empty where it does not tell them.
   * @throws MediaError
   */
  startRecording(exchange: MediaExchange): Promise<string[]>;
  /** Until it is started again. @throws MediaError */
  pauseRecording(exchange: MediaExchange): Promise<void>;
  close(): void;
}

export type MediaErrorCode =
  /** No reply in time. */
  | 'unreachable'
  /** The media server cannot make anything of this SDP, or of this exchange. */
  | 'refused';

export class MediaError extends Error {
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string) {
    super(message);
    this.name = 'MediaError';
    this.code = code;
  }
}

/** The longest NG round trip measured on a loaded machine was 18 ms. */
const REPLY_TIMEOUT_MS = 1_000;
/** NG runs over UDP: a lost datagram is sent once more. Every command may be repeated. */
const ATTEMPTS = 2;

type Command = 'ping' | 'offer' | 'answer' | 'delete' | 'query' | 'startRecording' | 'stopRecording';

/** A client of one rtpengine, over NG (UDP). */
export function createMediaServer(address: HostAndPort, logger: Logger): MediaServer {
  const client = new rtpengine.Client({
    timeout: REPLY_TIMEOUT_MS,
    ...(address.host.startsWith('127.') ? { localAddress: '127.0.0.1' } : {}),
  });
  // A reply that comes after its time limit has nobody waiting for it.
  client.on('error', (error) => logger.debug({ err: error }, 'media server'));

  const send = async (command: Command, options: NgOptions, attempts = ATTEMPTS): Promise<NgReply> => {
    try {
      return await client[command](address, options);
    } catch (error) {
      if (attempts > 1) return send(command, options, attempts - 1);
      const { message } = error as Error;
      throw new MediaError('unreachable', `the media server does not answer: ${message}`);
    }
  };
  const exchange = async (command: Command, { id, fromTag, toTag }: MediaExchange, more: NgOptions) => {
    const reply = await send(command, {
      'call-id': id,
      'from-tag': fromTag,
      ...(toTag === undefined ? {} : { 'to-tag': toTag }),
      ...more,
    });
    if (reply.result === 'ok') return reply;
    throw new MediaError('refused', String(reply['error-reason'] ?? reply.result));
  };
  const describe = async (
    command: 'offer' | 'answer',
    which: MediaExchange,
    sdp: string,
    profile: NgProfile,
  ): Promise<string> => {
    const reply = await exchange(command, which, { ...profile, sdp });
    if (typeof reply.sdp !== 'string') throw new MediaError('refused', 'the media server gave no SDP');
    return reply.sdp;
  };

  return {
    ping: () =>
      send('ping', {}, 1).then(
        (reply) => reply.result === 'pong',
        () => false,
      ),
    offer: (which, sdp, profile) => describe('offer', which, sdp, profile),
    answer: (which, sdp, profile) => describe('answer', which, sdp, profile),
    // Statistics come back only with a from-tag.
    release: ({ id, fromTag }) => exchange('delete', { id, fromTag }, {}),
    look: async ({ id }) => {
      // Asked again soon in any case.
      const reply = await send('query', { 'call-id': id }, 1);
      return reply.result === 'error' ? null : reply;
    },
    startRecording: async ({ id, fromTag }) => {
      const { recordings } = await exchange('startRecording', { id, fromTag }, {});
      return list(recordings).flatMap((file) => text(file) ?? []);
    },
    pauseRecording: async ({ id, fromTag }) => {
      await exchange('stopRecording', { id, fromTag }, { pause: 'yes' });
    },
    close: () => client.close(),
  };
}
