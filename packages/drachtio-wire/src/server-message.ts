import { encodeFrame } from './frame-reader.ts';
import { splitPayload, tokenText } from './payload.ts';

/** Where and when a SIP message was received or sent. */
export interface WireMeta {
  source: 'network' | 'application';
  /** Size of the SIP message. */
  bytes: number;
  /** `udp`, `tcp` (also for WebSockets) or `tls`. */
  protocol: string;
  address: string;
  port: number;
  /** `HH:MM:SS.uuuuuu`, UTC; see formatWireTime. */
  time: string;
}

/** The transaction id of a request that the server made by itself, such as the BYE of a call that was never ACKed. */
export const UNSOLICITED = 'unsolicited';

/** What the server tells an application, but for the message id that it gives each. */
export type ServerMessage =
  /** A SIP message for the application. `receivedOn` is given with new out-of-dialog requests only. */
  | {
      kind: 'sip';
      meta: WireMeta;
      transactionId: string;
      dialogId: string;
      receivedOn?: { address: string; port: number } | undefined;
      sip: Uint8Array;
    }
  | { kind: 'response'; requestId: string; reply: Reply }
  | {
      kind: 'cdr';
      event: CdrEvent;
      source: string;
      time: string;
      detail?: string;
      sip: Uint8Array;
    };

/** `detail` of a CDR is `uac` or `uas` for start, the reason for stop. */
export type CdrEvent = 'attempt' | 'start' | 'stop';

/** The answer to one frame of the application. */
export type Reply =
  | { result: 'ok' }
  | { result: 'pong' }
  | { result: 'authenticated'; hostports: string[]; version: string; localHostports: string[] }
  /** The request as it was sent; the client builds its Request object from this echo. */
  | { result: 'request-sent'; meta: WireMeta; transactionId: string; sip: Uint8Array }
  | { result: 'response-sent'; meta: WireMeta; transactionId: string; dialogId: string; sip: Uint8Array }
  /** A final answer that a target of a proxied request gave; more replies follow. */
  | { result: 'proxy-response'; meta: WireMeta; sip: Uint8Array }
  /** The last reply to a `proxy` command. */
  | { result: 'proxied' }
  /** A command that cannot be taken at all. */
  | { result: 'no'; reason: string }
  /** SIP could not do it. */
  | { result: 'nok'; reason: string };

/** One frame. `id` is made by the server. */
export function encodeServerMessage(id: string, message: ServerMessage): Uint8Array {
  switch (message.kind) {
    case 'sip':
      return encodeFrame(sipLeader(id, message), message.sip);
    case 'response':
      return encodeReply(`${id}|response|${message.requestId}|`, message.reply);
    case 'cdr': {
      const detail = message.detail === undefined ? '' : `|${tokenText(message.detail)}`;
      const leader = `${id}|cdr:${message.event}|${message.source}|${message.time}${detail}`;
      return encodeFrame(leader, message.sip);
    }
    default:
      return message satisfies never;
  }
}

function sipLeader(id: string, message: Extract<ServerMessage, { kind: 'sip' }>): string {
  const { receivedOn } = message;
  const arrival = receivedOn ? `${receivedOn.address}|${receivedOn.port}|` : '';
  const ids = `${message.transactionId}|${tokenText(message.dialogId)}`;
  return `${id}|sip|${metaTokens(message.meta)}|${ids}|${arrival}`;
}

function encodeReply(start: string, reply: Reply): Uint8Array {
  switch (reply.result) {
    case 'ok':
      return encodeFrame(`${start}OK`);
    case 'pong':
      return encodeFrame(`${start}OK|pong`);
    case 'authenticated': {
      const lists = `${reply.hostports.join(',')}|${reply.version}|${reply.localHostports.join(',')}`;
      return encodeFrame(`${start}OK|${lists}`);
    }
    case 'request-sent':
      return encodeFrame(`${start}OK|${metaTokens(reply.meta)}|${reply.transactionId}|Msg sent:|`, reply.sip);
    case 'response-sent': {
      const ids = `${reply.transactionId}|${tokenText(reply.dialogId)}`;
      return encodeFrame(`${start}OK|${metaTokens(reply.meta)}|${ids}||Msg sent:|`, reply.sip);
    }
    case 'proxy-response':
      return encodeFrame(`${start}OK|${metaTokens(reply.meta)}|||continue`, reply.sip);
    case 'proxied':
      return encodeFrame(`${start}OK|done`);
    case 'no':
      return encodeFrame(`${start}NO|${tokenText(reply.reason)}`);
    case 'nok':
      return encodeFrame(`${start}NOK|${tokenText(reply.reason)}`);
    default:
      return reply satisfies never;
  }
}

function metaTokens({ source, bytes, protocol, address, port, time }: WireMeta): string {
  return `${source}|${bytes}|${protocol}|${address}|${port}|${time}`;
}

const DAY_MS = 86_400_000;
const twoDigits = (value: number) => (value < 10 ? `0${Math.floor(value)}` : `${Math.floor(value)}`);

/** Time of day in UTC, as the protocol writes it. Milliseconds are all the precision a Date has. */
export function formatWireTime(epochMs: number): string {
  const ms = epochMs % DAY_MS;
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map(twoDigits);
  return `${hours}:${minutes}:${seconds}.${String(Math.floor(ms % 1000)).padStart(3, '0')}000`;
}

const decoder = new TextDecoder();

/**
 * A frame of the server as an application sees it: raw tokens, since that is how drachtio-srf reads them too.
 * For tests and probes.
 */
export interface ServerFrame {
  id: string;
  command: string;
  /** Tokens from index 2 on. */
  tokens: string[];
  sip: string;
}

export function decodeServerFrame(payload: Uint8Array): ServerFrame {
  const { tokens, sip } = splitPayload(payload);
  const [id = '', command = '', ...rest] = tokens;
  return { id, command, tokens: rest, sip: sip ? decoder.decode(sip) : '' };
}
