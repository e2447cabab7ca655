import { randomBytes } from 'node:crypto';
import {
  header,
  headers,
  newBranch,
  newCallId,
  newTag,
  ownVia,
  parseCSeq,
  parseMessage,
  parseNameAddr,
  referenceHost,
  type SipHeader,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  serializeMessage,
  startLine,
  tagOf,
} from '@ringback/sip';
import { Inbox } from './inbox.ts';
import {
  openPhoneTransport,
  type PhoneProtocol,
  type PhoneSocketOptions,
  type PhoneTransport,
} from './phone-transport.ts';

export interface SipPhoneOptions extends PhoneSocketOptions {
  transport: PhoneProtocol;
  /** The SIP server; everything is sent there. */
  server: { host: string; port: number };
  /** User part of the phone's address. */
  user: string;
  /** Host part of the phone's address. Default `ringback.local`. */
  domain?: string;
}

export interface MessageParts {
  headers?: Record<string, string>;
  body?: string;
  contentType?: string;
}

const encoder = new TextEncoder();

/**
 * A phone that does exactly what a test tells it and nothing by itself: no retransmission, no automatic answer, no
 * transaction layer. What arrives lies in an inbox until the test takes it.
 */
export class SipPhone {
  readonly aor: string;
  readonly contact: string;
  /** Every message that came, taken or not, in order. */
  readonly log: SipMessage[] = [];
  readonly options: SipPhoneOptions;
  readonly transport: PhoneTransport;
  readonly #inbox: Inbox<SipMessage>;
  #sequence = 1;

  private constructor(options: SipPhoneOptions, transport: PhoneTransport, inbox: Inbox<SipMessage>) {
    const { host, port } = transport.local;
    const suffix = options.transport === 'udp' ? '' : `;transport=${options.transport.replace('wss', 'ws')}`;
    const reference = referenceHost(host);
    this.options = options;
    this.transport = transport;
    this.#inbox = inbox;
    this.aor = `sip:${options.user}@${options.domain ?? 'ringback.local'}`;
    this.contact = `<sip:${options.user}@${port === 0 ? reference : `${reference}:${port}`}${suffix}>`;
  }

  static async open(options: SipPhoneOptions): Promise<SipPhone> {
    const inbox = new Inbox<SipMessage>(startLine);
    const early: Uint8Array[] = [];
    let receive = (bytes: Uint8Array): void => void early.push(bytes);
    const transport = await openPhoneTransport(
      options.transport,
      options.server,
      (bytes) => receive(bytes),
      options,
    );
    const phone = new SipPhone(options, transport, inbox);
    receive = (bytes) => phone.#receive(bytes);
    early.forEach(receive);
    return phone;
  }

  /** The next request of that method. @throws Error when none comes in time. */
  async request(method: string, timeoutMs?: number): Promise<SipRequest> {
    const isIt = (message: SipMessage) => message.kind === 'request' && message.method === method;
    return (await this.#inbox.take(method, isIt, timeoutMs)) as SipRequest;
  }

  /** The next response with that status, to a request of that method when one is named. */
  async response(status: number, method?: string, timeoutMs?: number): Promise<SipResponse> {
    const isIt = (message: SipMessage) =>
      message.kind === 'response' &&
      message.status === status &&
      (method === undefined || parseCSeq(header(message, 'CSeq') ?? '')?.method === method);
    return (await this.#inbox.take(`${status} ${method ?? ''}`, isIt, timeoutMs)) as SipResponse;
  }

  /** Start lines of what came and was not asked for yet. */
  unread(): string[] {
    return this.#inbox.unread();
  }

  send(message: SipMessage): void {
    this.transport.send(serializeMessage(message));
  }

  /** Sends bytes as they are, for what is no SIP. */
  sendRaw(text: string): void {
    this.transport.send(encoder.encode(text));
  }

  via(branch = newBranch(randomBytes(8))): string {
    const { host, port } = this.transport.local;
    return ownVia(this.options.transport, host, port === 0 ? undefined : port, branch);
  }

  /** A request outside of any dialog, not yet sent. `parts.headers` replace or add. */
  build(method: string, uri: string, parts: MessageParts = {}): SipRequest {
    const basic: Record<string, string> = {
      Via: this.via(),
      'Max-Forwards': '70',
      From: `<${this.aor}>;tag=${newTag(randomBytes(4))}`,
      To: `<${uri}>`,
      'Call-ID': newCallId(randomBytes(8)),
      CSeq: `${this.#sequence++} ${method}`,
      Contact: this.contact,
    };
    return { kind: 'request', method, uri, ...content(basic, parts) };
  }

  /** Builds and sends. */
  call(method: string, uri: string, parts: MessageParts = {}): SipRequest {
    const request = this.build(method, uri, parts);
    this.send(request);
    return request;
  }

  /** Answers a request. A To tag is added for every status above 100 unless one is given or there already. */
  reply(
    request: SipRequest,
    status: number,
    reason: string,
    parts: MessageParts & { tag?: string } = {},
  ): SipResponse {
    const to = header(request, 'To') ?? '';
    const tagged =
      status === 100 || tagOf(to) !== undefined ? to : `${to};tag=${parts.tag ?? this.options.user}`;
    const copied = ['From', 'Call-ID', 'CSeq'].map((name) => ({ name, value: header(request, name) ?? '' }));
    const vias = headers(request, 'Via').map((value) => ({ name: 'Via', value }));
    const routes = headers(request, 'Record-Route').map((value) => ({ name: 'Record-Route', value }));
    const own = content({ To: tagged, Contact: this.contact }, parts);
    const response: SipResponse = {
      kind: 'response',
      status,
      reason,
      body: own.body,
      headers: [...vias, ...routes, ...copied, ...own.headers],
    };
    this.send(response);
    return response;
  }

  /** ACK of a 2xx (RFC 3261 13.2.2.4), sent. */
  ack(invite: SipRequest, ok: SipResponse, parts: MessageParts = {}): SipRequest {
    return this.inDialog('ACK', invite, ok, parts);
  }

  /** A request in the dialog that our `invite` and its `answer` made; for `ACK` the CSeq stays. */
  inDialog(method: string, invite: SipRequest, answer: SipResponse, parts: MessageParts = {}): SipRequest {
    const sequence = parseCSeq(header(invite, 'CSeq') ?? '')?.sequence ?? 1;
    this.#sequence = Math.max(this.#sequence, sequence + 1);
    const next = method === 'ACK' ? sequence : this.#sequence++;
    const request = this.build(method, targetOf(answer), {
      ...parts,
      headers: {
        From: header(invite, 'From') ?? '',
        To: header(answer, 'To') ?? '',
        'Call-ID': header(invite, 'Call-ID') ?? '',
        CSeq: `${next} ${method}`,
        ...parts.headers,
      },
    });
    this.send(request);
    return request;
  }

  /** A request in the dialog that an incoming `invite` and our `answer` made. */
  inAnsweredDialog(
    method: string,
    invite: SipRequest,
    answer: SipResponse,
    parts: MessageParts = {},
  ): SipRequest {
    const request = this.build(method, targetOf(invite), {
      ...parts,
      headers: {
        From: header(answer, 'To') ?? '',
        To: header(invite, 'From') ?? '',
        'Call-ID': header(invite, 'Call-ID') ?? '',
        ...parts.headers,
      },
    });
    this.send(request);
    return request;
  }

  /** CANCEL of an INVITE of ours (RFC 3261 9.1): same branch and CSeq number. */
  cancel(invite: SipRequest): SipRequest {
    const sequence = parseCSeq(header(invite, 'CSeq') ?? '')?.sequence ?? 1;
    return this.call('CANCEL', invite.uri, {
      headers: {
        ...Object.fromEntries(
          ['Via', 'From', 'To', 'Call-ID'].map((name) => [name, header(invite, name) ?? '']),
        ),
        CSeq: `${sequence} CANCEL`,
      },
    });
  }

  /** ACK of a failure (RFC 3261 17.1.1.3): same branch as the INVITE. */
  ackFailure(invite: SipRequest, failure: SipResponse): SipRequest {
    const sequence = parseCSeq(header(invite, 'CSeq') ?? '')?.sequence ?? 1;
    return this.call('ACK', invite.uri, {
      headers: {
        ...Object.fromEntries(['Via', 'From', 'Call-ID'].map((name) => [name, header(invite, name) ?? ''])),
        To: header(failure, 'To') ?? '',
        CSeq: `${sequence} ACK`,
      },
    });
  }

  close(): void {
    this.transport.close();
  }

  #receive(bytes: Uint8Array): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) throw new Error(`the phone received what is no SIP: ${parsed.error.code}`);
    this.log.push(parsed.message);
    this.#inbox.put(parsed.message);
  }
}

function targetOf(message: SipMessage): string {
  return parseNameAddr(header(message, 'Contact') ?? '')?.uri ?? 'sip:no-contact.invalid';
}

function content(
  basic: Record<string, string>,
  parts: MessageParts,
): { headers: SipHeader[]; body: Uint8Array } {
  const body = encoder.encode(parts.body ?? '');
  const type = body.length > 0 ? { 'Content-Type': parts.contentType ?? 'application/sdp' } : {};
  const all = { ...basic, ...type, ...parts.headers };
  return { headers: Object.entries(all).map(([name, value]) => ({ name, value })), body };
}
