import { createHash, randomBytes } from 'node:crypto';
import {
  computeHa1,
  type DigestAlgorithm,
  digestResponse,
  formatAuth,
  headers,
  parseAlgorithm,
  parseAuth,
  type SipRequest,
  type SipResponse,
} from '@ringback/sip';
import { type MessageParts, SipPhone } from '@ringback/testing';
import type { TestNetwork } from './network.ts';

export interface Account {
  readonly number: string;
  readonly password: string;
  readonly username?: string;
}

export const ALICE: Account = { number: '1001', password: 'alices-word' };
export const BOB: Account = { number: '1002', password: 'bobs-word' };
export const CAROL: Account = { number: '1003', password: 'carols-word' };

/** A phone with a SIP password: it answers challenges, and otherwise does what the test says. */
export class SubscriberPhone {
  readonly sip: SipPhone;
  readonly account: Account;
  readonly domain: string;
  algorithm: DigestAlgorithm = 'MD5';
  #sequence = 1;

  private constructor(sip: SipPhone, account: Account, domain: string) {
    this.sip = sip;
    this.account = account;
    this.domain = domain;
  }

  static async open(
    network: TestNetwork,
    account: Account,
    transport: keyof TestNetwork['sip'] = 'udp',
  ): Promise<SubscriberPhone> {
    const server = network.sip[transport];
    const sip = await SipPhone.open({ transport, server, user: account.number });
    return new SubscriberPhone(sip, account, network.config.domain);
  }

  /** REGISTER, challenge, REGISTER with credentials: its final response, which has to be `expected`. */
  async register(more: Record<string, string> = { Expires: '300' }, expected = 200): Promise<SipResponse> {
    const first = this.build('REGISTER', `sip:${this.domain}`, {
      headers: { To: `<${this.sip.aor}>`, ...more },
    });
    const { response } = await this.authenticated(first, expected);
    return response;
  }

  /** Sends a request twice, the second time with credentials for the challenge; gives the second and its final answer. */
  async authenticated(
    first: SipRequest,
    expected = 200,
  ): Promise<{ request: SipRequest; response: SipResponse }> {
    const request = await this.challenged(first);
    this.sip.send(request);
    return { request, response: await this.sip.response(expected, request.method) };
  }

  /** Sends a request, takes the challenge, and gives the request with credentials, not sent yet. */
  async challenged(first: SipRequest): Promise<SipRequest> {
    this.sip.send(first);
    const challenge = await this.sip.response(first.method === 'INVITE' ? 407 : 401, first.method);
    if (first.method === 'INVITE') this.sip.ackFailure(first, challenge);
    return this.again(first, challenge);
  }

  /** INVITE up to the point where the network takes it: the request with credentials, sent. */
  async invite(dialled: string, parts: MessageParts = {}): Promise<SipRequest> {
    const first = this.build('INVITE', `sip:${dialled}@${this.domain}`, { body: sdp(), ...parts });
    const request = await this.challenged(first);
    this.sip.send(request);
    return request;
  }

  build(method: string, uri: string, parts: MessageParts = {}): SipRequest {
    this.#sequence += 1;
    return this.sip.build(method, uri, {
      ...parts,
      headers: { CSeq: `${this.#sequence} ${method}`, ...parts.headers },
    });
  }

  /** The request once more, with credentials for the challenge and a new branch and CSeq. */
  again(request: SipRequest, challenge: SipResponse, nc = '00000001'): SipRequest {
    const [field, answer] =
      challenge.status === 401
        ? (['WWW-Authenticate', 'Authorization'] as const)
        : (['Proxy-Authenticate', 'Proxy-Authorization'] as const);
    const params = headers(challenge, field)
      .map((value) => parseAuth(value)?.params)
      .find((offered) => parseAlgorithm(offered?.get('algorithm')) === this.algorithm);
    if (!params) throw new Error(`no ${this.algorithm} challenge`);
    const credentials = this.credentials(request.method, request.uri, params.get('nonce') ?? '', nc);
    const replaced: Record<string, string> = {};
    for (const { name, value } of request.headers) replaced[name] = value;
    return this.sip.build(request.method, request.uri, {
      body: new TextDecoder().decode(request.body),
      headers: {
        ...replaced,
        Via: this.sip.via(),
        CSeq: `${++this.#sequence} ${request.method}`,
        [answer]: credentials,
      },
    });
  }

  credentials(method: string, uri: string, nonce: string, nc: string, realm = this.domain): string {
    const username = this.account.username ?? this.account.number;
    const { algorithm } = this;
    const ha1 = computeHa1(algorithm, username, realm, this.account.password);
    const cnonce = createHash('md5').update(nonce).digest('hex').slice(0, 8);
    const qop = { value: 'auth' as const, nc, cnonce };
    const response = digestResponse({ algorithm, ha1, method, uri, nonce, qop });
    const params = new Map(
      Object.entries({ username, realm, nonce, uri, response, algorithm, qop: 'auth', nc, cnonce }),
    );
    return formatAuth({ scheme: 'Digest', params });
  }

  /** Answers an INVITE with 180, then 200; waits for the ACK. */
  async answer(invite: SipRequest): Promise<SipResponse> {
    this.sip.reply(invite, 180, 'Ringing');
    const ok = this.sip.reply(invite, 200, 'OK', { body: sdp() });
    await this.sip.request('ACK');
    return ok;
  }

  close(): void {
    this.sip.close();
  }
}

/** A plain offer or answer at a port that nobody listens on: for tests of signalling. */
export function sdp(
  direction = 'sendrecv',
  port = 40_000 + (randomBytes(2).readUInt16BE() % 10_000) * 2,
): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0 8 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    `a=${direction}`,
    '',
  ].join('\r\n');
}
