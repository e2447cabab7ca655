import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ClientInput,
  clientTransactionKey,
  type Dialog,
  dialogKey,
  dialogKeyOf,
  header,
  inviteClient,
  inviteServer,
  type Machine,
  newBranch,
  newCallId,
  newTag,
  nonInviteClient,
  nonInviteServer,
  ownVia,
  parseMessage,
  parseSeconds,
  requestInDialog,
  responseTo,
  type ServerInput,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  serializeMessage,
  serverTransactionKey,
  type Timing,
  tagOf,
  uacDialog,
} from '@ringback/sip';
import { runMachine } from './machine-run.ts';

export interface UserAgentOptions {
  timing: Timing;
  /** Where its calls and everything inside them go; its answers go to who asked. */
  server: Address;
  /** How long a call that it made lasts. */
  callMs: number;
}

/** A call that was taken, as far as it went. */
export type TakenCall = 'answered' | 'acknowledged' | 'over';

interface Address {
  host: string;
  port: number;
}

type Client = (input: Exclude<ClientInput, { kind: 'timer' }>) => void;
type Server = (input: Exclude<ServerInput, { kind: 'timer' }>) => void;

const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * A phone over UDP that does by itself all that RFC 3261 asks of one: it repeats what is lost and absorbs what comes
 * twice. It makes calls, INVITE to BYE, and answers each that comes, at once. For tests on bad networks.
 */
export class UserAgent {
  /** By Call-ID. */
  readonly taken = new Map<string, TakenCall>();
  readonly #options: UserAgentOptions;
  readonly #socket: Socket;
  readonly #clients = new Map<string, Client>();
  readonly #servers = new Map<string, Server>();
  /** Stops the repetition of a 2xx, by its dialog. */
  readonly #awaitingAck = new Map<string, () => void>();

  private constructor(socket: Socket, options: UserAgentOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('message', (bytes: Buffer, { address, port }) => this.#receive(bytes, { host: address, port }));
  }

  static async open(options: UserAgentOptions): Promise<UserAgent> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: SOCKET_BUFFER_BYTES });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new UserAgent(socket, options);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Transactions that still run. */
  get busy(): number {
    return this.#clients.size + this.#servers.size + this.#awaitingAck.size;
  }

  /**
   * One whole call; resolves once its BYE was answered. A server that is behind is called again when it asks to be
   * (RFC 3261 21.5.4). @throws Error that says where it failed.
   */
  async call(): Promise<void> {
    let dialog = await this.#invite();
    while (typeof dialog === 'number') {
      await sleep(dialog * 1000);
      dialog = await this.#invite();
    }
    await sleep(this.#options.callMs);
    const bye = requestInDialog(dialog, 'BYE', { via: this.#via() }).request;
    await new Promise<void>((resolve, reject) => {
      this.#ask(
        nonInviteClient,
        bye,
        ({ status }) => (status < 300 ? status >= 200 && resolve() : reject(new Error(`BYE got ${status}`))),
        reject,
      );
    });
  }

  /** The dialog, or after how many seconds to try again. */
  #invite(): Promise<Dialog | number> {
    const uri = `sip:9196@${this.#options.server.host}:${this.#options.server.port}`;
    const invite = this.#request('INVITE', uri);
    let ack: SipRequest | undefined;
    return new Promise((resolve, reject) => {
      this.#ask(
        inviteClient,
        invite,
        (response) => {
          if (response.status < 200) return;
          const retryAfterSec = parseSeconds(header(response, 'Retry-After') ?? '');
          if (response.status === 503 && retryAfterSec !== undefined) return resolve(retryAfterSec);
          if (response.status >= 300) return reject(new Error(`INVITE got ${response.status}`));
          const made = uacDialog(invite, response);
          if (!made) return reject(new Error('a 200 that makes no dialog'));
          // RFC 3261 13.2.2.4: each copy of the 2xx is acknowledged.
          ack ??= requestInDialog(made, 'ACK', { via: this.#via() }).request;
          this.#send(ack);
          resolve(made);
        },
        reject,
      );
    });
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #via(): string {
    return ownVia('udp', '127.0.0.1', this.port, newBranch(randomBytes(8)));
  }

  #request(method: string, uri: string): SipRequest {
    const own = `<sip:1001@127.0.0.1:${this.port}>`;
    const lines = {
      Via: this.#via(),
      'Max-Forwards': '70',
      From: `${own};tag=${newTag(randomBytes(8))}`,
      To: `<${uri}>`,
      'Call-ID': newCallId(randomBytes(16)),
      CSeq: `1 ${method}`,
      Contact: own,
      'Content-Type': 'application/sdp',
    };
    const headers = Object.entries(lines).map(([name, value]) => ({ name, value }));
    return { kind: 'request', method, uri, headers, body: Buffer.from('v=0\r\n') };
  }

  #send(message: SipMessage, to: Address = this.#options.server): void {
    this.#socket.send(serializeMessage(message), to.port, to.host);
  }

  #ask<S>(
    machine: Machine<S, ClientInput>,
    request: SipRequest,
    answered: (response: SipResponse) => void,
    failed: (error: Error) => void,
  ): void {
    const key = clientTransactionKey(request) ?? '';
    const give = runMachine(machine, request, {
      timing: this.#options.timing,
      send: (message) => this.#send(message),
      deliver: (message) => message.kind === 'response' && answered(message),
      ended: (reason) => {
        this.#clients.delete(key);
        if (reason !== 'normal') failed(new Error(`${request.method} ended by ${reason}`));
      },
    });
    this.#clients.set(key, give);
  }

  #receive(bytes: Uint8Array, from: Address): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) throw new Error(`the phone received what is no SIP: ${parsed.error.code}`);
    const { message } = parsed;
    if (message.kind === 'response')
      this.#clients.get(clientTransactionKey(message) ?? '')?.({ kind: 'response', response: message });
    else this.#receiveRequest(message, from);
  }

  #receiveRequest(request: SipRequest, from: Address): void {
    if (request.method === 'ACK') this.#awaitingAck.get(dialogKeyOf(request) ?? '')?.();
    const key = serverTransactionKey(request);
    const known = this.#servers.get(key);
    if (known) known({ kind: 'request', request });
    else if (request.method === 'INVITE') this.#answer(key, request, from);
    else if (request.method === 'BYE') this.#hangUp(key, request, from);
  }

  #answer(key: string, invite: SipRequest, from: Address): void {
    const give = this.#serve(inviteServer, key, invite, from);
    const toTag = newTag(randomBytes(8));
    const contact = { name: 'Contact', value: `<sip:9196@127.0.0.1:${this.port}>` };
    give({ kind: 'respond', response: responseTo(invite, 180, '', { toTag, headers: [contact] }) });
    const headers = [contact, { name: 'Content-Type', value: 'application/sdp' }];
    const ok = responseTo(invite, 200, '', { toTag, headers, body: Buffer.from('v=0\r\n') });
    give({ kind: 'respond', response: ok });
    const callId = header(invite, 'Call-ID') ?? '';
    this.taken.set(callId, 'answered');
    const dialog = dialogKey(callId, toTag, tagOf(header(invite, 'From')) ?? '');
    const stop = this.#repeat(
      () => this.#send(ok, from),
      () => this.#awaitingAck.delete(dialog),
    );
    this.#awaitingAck.set(dialog, () => {
      stop();
      this.#awaitingAck.delete(dialog);
      // An ACK may come after the BYE.
      if (this.taken.get(callId) === 'answered') this.taken.set(callId, 'acknowledged');
    });
  }

  /** A 2xx is repeated until its ACK comes, for 64*T1 (RFC 3261 13.3.1.4). */
  #repeat(send: () => void, givenUp: () => void): () => void {
    const { t1, t2 } = this.#options.timing;
    let timer: NodeJS.Timeout;
    const after = (intervalMs: number) => {
      timer = setTimeout(() => {
        send();
        after(Math.min(intervalMs * 2, t2));
      }, intervalMs);
    };
    after(t1);
    const deadline = setTimeout(() => {
      clearTimeout(timer);
      givenUp();
    }, 64 * t1);
    return () => {
      clearTimeout(timer);
      clearTimeout(deadline);
    };
  }

  #hangUp(key: string, bye: SipRequest, from: Address): void {
    const give = this.#serve(nonInviteServer, key, bye, from);
    give({ kind: 'respond', response: responseTo(bye, 200) });
    this.taken.set(header(bye, 'Call-ID') ?? '', 'over');
  }

  #serve<S>(machine: Machine<S, ServerInput>, key: string, request: SipRequest, from: Address): Server {
    const give = runMachine(machine, request, {
      timing: this.#options.timing,
      send: (message) => this.#send(message, from),
      ended: () => this.#servers.delete(key),
    });
    this.#servers.set(key, give);
    return give;
  }
}
