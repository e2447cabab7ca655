import { type ApplicationSip, parseApplicationSip, serializeApplicationSip } from './application-sip.ts';
import { encodeFrame } from './frame-reader.ts';
import { splitPayload, tokenText } from './payload.ts';

/** What an application (drachtio-srf) tells the server. `id` is made by the application and named in the reply. */
export type ApplicationMessage =
  | { command: 'authenticate'; id: string; secret: string; tags: string[] }
  | { command: 'ping'; id: string }
  /** `verb` is a SIP method in lower case, or `cdr:start` and its like. */
  | { command: 'route'; id: string; verb: string }
  | { command: 'remove_route'; id: string; verb: string }
  | SipCommand
  | ProxyCommand
  /** A well-formed frame with a word this protocol does not have. */
  | { command: 'unknown'; id: string; word: string };

/** A request or response to be sent. Which of them, and within what, follows from the ids that are filled. */
export interface SipCommand {
  command: 'sip';
  id: string;
  /** Of the request that is answered or cancelled; empty otherwise. */
  transactionId: string;
  /** Empty outside of a dialog. */
  dialogId: string;
  /** Next hop of an out-of-dialog request, as a SIP URI. */
  routeUrl?: string;
  sip: ApplicationSip;
}

export interface ProxyCommand {
  command: 'proxy';
  id: string;
  transactionId: string;
  remainInDialog: boolean;
  fullResponse: boolean;
  followRedirects: boolean;
  simultaneous: boolean;
  /** `2s` or `1500ms`; empty for the server's default. */
  provisionalTimeout: string;
  finalTimeout: string;
  destinations: string[];
  sip: ApplicationSip;
}

export type ApplicationMessageResult =
  | { ok: true; message: ApplicationMessage }
  /** Fewer than two tokens, or a command without what it needs. `id` is empty when there is none. */
  | { ok: false; id: string; reason: string };

const NO_SIP: ApplicationSip = { startLine: '', headers: [], body: new Uint8Array(0) };

export function decodeApplicationMessage(payload: Uint8Array): ApplicationMessageResult {
  const { tokens, sip } = splitPayload(payload);
  const [id = '', command = '', ...rest] = tokens;
  if (id === '' || command === '') return { ok: false, id, reason: 'Invalid message format' };
  const message = decodeCommand(id, command, rest, sip);
  return message ? { ok: true, message } : { ok: false, id, reason: 'Invalid message format' };
}

function decodeCommand(
  id: string,
  command: string,
  rest: string[],
  sip: Uint8Array | undefined,
): ApplicationMessage | undefined {
  const [first = '', second = '', third = ''] = rest;
  switch (command) {
    case 'authenticate':
      return { command, id, secret: first, tags: second.split(',').filter((tag) => tag !== '') };
    case 'ping':
      return { command, id };
    case 'route':
    case 'remove_route':
      return first === '' ? undefined : { command, id, verb: first.toLowerCase() };
    case 'sip': {
      if (!sip) return undefined;
      const route = third === '' ? {} : { routeUrl: third };
      return { command, id, transactionId: first, dialogId: second, ...route, sip: parseApplicationSip(sip) };
    }
    case 'proxy':
      return decodeProxy(id, rest, sip);
    default:
      return { command: 'unknown', id, word: command };
  }
}

function decodeProxy(id: string, rest: string[], sip: Uint8Array | undefined): ProxyCommand | undefined {
  const [transactionId = '', remain, full, follow, order, provisional = '', final = '', ...destinations] =
    rest;
  if (transactionId === '' || destinations.length === 0) return undefined;
  return {
    command: 'proxy',
    id,
    transactionId,
    remainInDialog: remain === 'remainInDialog',
    fullResponse: full === 'fullResponse',
    followRedirects: follow === 'followRedirects',
    simultaneous: order === 'simultaneous',
    provisionalTimeout: provisional,
    finalTimeout: final,
    destinations,
    sip: sip ? parseApplicationSip(sip) : NO_SIP,
  };
}

/** The application's side of the protocol, as one frame. */
export function encodeApplicationMessage(message: ApplicationMessage): Uint8Array {
  const { id } = message;
  switch (message.command) {
    case 'authenticate':
      return encodeFrame(`${id}|authenticate|${tokenText(message.secret)}|${message.tags.join(',')}`);
    case 'ping':
      return encodeFrame(`${id}|ping`);
    case 'route':
    case 'remove_route':
      return encodeFrame(`${id}|${message.command}|${message.verb}`);
    case 'sip': {
      const route = message.routeUrl === undefined ? '' : `|${message.routeUrl}`;
      const leader = `${id}|sip|${message.transactionId}|${message.dialogId}${route}`;
      return encodeFrame(leader, serializeApplicationSip(message.sip));
    }
    case 'proxy':
      return encodeFrame(proxyLeader(message), serializeApplicationSip(message.sip));
    case 'unknown':
      return encodeFrame(`${id}|${tokenText(message.word)}`);
    default:
      return message satisfies never;
  }
}

function proxyLeader(message: ProxyCommand): string {
  return [
    message.id,
    'proxy',
    message.transactionId,
    message.remainInDialog ? 'remainInDialog' : '',
    message.fullResponse ? 'fullResponse' : '',
    message.followRedirects ? 'followRedirects' : '',
    message.simultaneous ? 'simultaneous' : 'serial',
    message.provisionalTimeout,
    message.finalTimeout,
    ...message.destinations,
  ].join('|');
}
