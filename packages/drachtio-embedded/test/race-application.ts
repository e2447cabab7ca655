import type { Reply, ServerMessage } from '@ringback/drachtio-wire';
import { header, parseMessage, type SipMessage, type SipRequest } from '@ringback/sip';
import type { Application, CommandHandler } from '../src/application/connection.ts';
import { SDP } from './network.ts';

const encoder = new TextEncoder();

type Content = { headers?: Record<string, string>; body?: string };

/** A request that waits for this application's answer. */
interface Open {
  transactionId: string;
  request: SipRequest;
}

/**
 * One side of a call, as an application of the wire protocol: it does what is due by itself (ACK, PRACK, the answer to
 * a BYE) and leaves to the test when it does the rest.
 */
export class RaceApplication implements Application {
  readonly id: string;
  readonly tags = [];
  readonly closed = false;
  handler: CommandHandler | undefined;
  dialogId = '';
  /** Requests of the peer without an answer. */
  readonly open: Open[] = [];
  /** Whether it has, or had, a call; and what ended it. */
  confirmed = false;
  ended: string | undefined;
  #inviteTransaction = '';
  #awaitsEcho: 'INVITE' | undefined;
  #commands = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** Whether it called and knows of no answer yet. */
  get calling(): boolean {
    return this.#inviteTransaction !== '' && !this.confirmed && this.ended === undefined;
  }

  get talking(): boolean {
    return this.confirmed && this.ended === undefined;
  }

  call(uri: string): void {
    this.#awaitsEcho = 'INVITE';
    this.#command('', '', `INVITE ${uri} SIP/2.0`, { headers: { Supported: '100rel' }, body: SDP });
  }

  cancel(): void {
    this.#command(this.#inviteTransaction, '', 'CANCEL sip:x SIP/2.0');
  }

  /** A request inside the dialog. */
  request(method: string): void {
    const body = method === 'INVITE' || method === 'UPDATE' ? { body: SDP } : {};
    this.#command('', this.dialogId, `${method} sip:placeholder SIP/2.0`, body);
  }

  /** Answers the oldest request that waits for it. */
  answer(status: number, content: Content = {}): void {
    const [oldest] = this.open;
    if (!oldest) return;
    if (status >= 200) this.open.shift();
    const body = status < 300 && oldest.request.body.length > 0 ? { body: SDP } : {};
    this.#command(oldest.transactionId, '', `SIP/2.0 ${status} Whatever`, { ...body, ...content });
    const makesCall = oldest.request.method === 'INVITE' && !header(oldest.request, 'To')?.includes('tag=');
    if (makesCall && status >= 300) this.ended ??= 'refused';
  }

  tell(message: ServerMessage): void {
    if (message.kind !== 'sip') return;
    const parsed = parseMessage(message.sip as Uint8Array);
    if (!parsed.ok) throw new Error('the server wrote what is no SIP');
    if (parsed.message.kind === 'request') this.#asked(message, parsed.message);
    else this.#answered(message, parsed.message);
  }

  reply(_requestId: string, reply: Reply): void {
    if (reply.result === 'request-sent' && this.#awaitsEcho) {
      this.#inviteTransaction = reply.transactionId;
      this.#awaitsEcho = undefined;
    } else if (reply.result === 'response-sent' && reply.dialogId !== '') {
      this.dialogId = reply.dialogId;
      const sent = parseMessage(reply.sip as Uint8Array);
      if (sent.ok && isCallAccepted(sent.message)) this.confirmed = true;
    }
  }

  end(): void {
    throw new Error('the server threw the application out');
  }

  #asked(
    { transactionId, dialogId }: { transactionId: string; dialogId: string },
    request: SipRequest,
  ): void {
    if (dialogId !== '') this.dialogId = dialogId;
    if (request.method === 'BYE') {
      this.ended ??= transactionId === 'unsolicited' ? 'hung up by the server' : 'hung up by the peer';
      if (transactionId !== 'unsolicited') this.#command(transactionId, '', 'SIP/2.0 200 OK');
    } else if (request.method === 'CANCEL') {
      this.#calledOff(transactionId);
    } else if (request.method === 'PRACK') {
      this.#command(transactionId, '', 'SIP/2.0 200 OK');
    } else if (request.method !== 'ACK') {
      this.open.push({ transactionId, request });
    }
  }

  #calledOff(transactionId: string): void {
    const index = this.open.findIndex((waiting) => waiting.transactionId === transactionId);
    if (index >= 0) this.open.splice(index, 1);
    if (!this.confirmed || index < 0) this.ended ??= 'called off';
  }

  #answered(
    { transactionId, dialogId }: { transactionId: string; dialogId: string },
    response: SipMessage,
  ): void {
    if (response.kind !== 'response') return;
    const method = header(response, 'CSeq')?.split(' ')[1];
    if (method === 'BYE' && response.status >= 200) this.ended ??= 'hung up';
    if (method !== 'INVITE') return;
    const isCall = transactionId === this.#inviteTransaction;
    if (response.status < 200) {
      if (header(response, 'RSeq') !== undefined) this.#prack(dialogId, response);
      return;
    }
    if (response.status < 300) {
      this.dialogId = dialogId;
      this.#command('', dialogId, 'ACK sip:placeholder SIP/2.0');
      if (isCall) this.confirmed = true;
    } else if (isCall) this.ended ??= `refused with ${response.status}`;
  }

  #prack(dialogId: string, response: SipMessage): void {
    const RAck = `${header(response, 'RSeq')} ${header(response, 'CSeq')}`;
    this.#command('', dialogId, 'PRACK sip:placeholder SIP/2.0', { headers: { RAck } });
  }

  #command(transactionId: string, dialogId: string, startLine: string, content: Content = {}): void {
    const headers = Object.entries(content.headers ?? {}).map(([name, value]) => ({ name, value }));
    void this.handler?.sip(this, {
      command: 'sip',
      id: String(++this.#commands),
      transactionId,
      dialogId,
      sip: { startLine, headers, body: encoder.encode(content.body ?? '') },
    });
  }
}

/** Inside a dialog it changes nothing, since the call was accepted before. */
function isCallAccepted(message: SipMessage): boolean {
  const isInvite = header(message, 'CSeq')?.endsWith(' INVITE') === true;
  return message.kind === 'response' && isInvite && message.status >= 200 && message.status < 300;
}
