import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import {
  computeHa1,
  digestResponse,
  formatAuth,
  headers,
  parseAuth,
  type SipRequest,
  type SipResponse,
} from '@ringback/sip';
import { type MessageParts, type PhoneProtocol, SipPhone } from '@ringback/testing';
import type { Network } from './network.ts';

export interface ScriptedAccount {
  number: string;
  password: string;
  /** The realm that it believes in, when that is not the one that it is asked for. */
  realm?: string;
  /** It goes on with the first nonce that it was ever given, as if it were new each time. */
  keepsNonce?: boolean;
}

/** A phone that does what a test tells it, wrong things too. Its sound is silence, sent while it talks. */
export class ScriptedPhone {
  readonly sip: SipPhone;
  readonly #network: Network;
  readonly #account: ScriptedAccount;
  readonly #rtp: Socket;
  #talking: NodeJS.Timeout | undefined;
  #sequence = 10;
  #firstNonce: string | undefined;

  private constructor(network: Network, account: ScriptedAccount, sip: SipPhone, rtp: Socket) {
    this.#network = network;
    this.#account = account;
    this.sip = sip;
    this.#rtp = rtp;
  }

  static async open(network: Network, account: ScriptedAccount, transport: PhoneProtocol = 'udp') {
    const { sip: server, domain } = network;
    const sip = await SipPhone.open({ transport, server, user: account.number, domain });
    const rtp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(rtp, 'listening');
    return new ScriptedPhone(network, account, sip, rtp);
  }

  /** Its description: G.711 at its own address, unless told otherwise. */
  sdp({ address = '127.0.0.1', codecs = '0 8', direction = 'sendrecv' } = {}): string {
    const { port } = this.#rtp.address();
    const lines = ['v=0', `o=- 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0'];
    return [...lines, `m=audio ${port} RTP/AVP ${codecs}`, `a=${direction}`, ''].join('\r\n');
  }

  async register(): Promise<void> {
    const request = this.#build('REGISTER', `sip:${this.#network.domain}`, {
      headers: { To: `<${this.sip.aor}>`, Expires: '300' },
    });
    this.sip.send(await this.#authenticated(request, 401));
    await this.sip.response(200, 'REGISTER');
  }

  /** An INVITE that has passed, or failed, the password check: the one with credentials, sent. */
  async invite(dialled: string, parts: MessageParts = {}): Promise<SipRequest> {
    const uri = dialled.includes('@') ? `sip:${dialled}` : `sip:${dialled}@${this.#network.domain}`;
    const first = this.#build('INVITE', uri, { body: this.sdp(), ...parts });
    const request = await this.#authenticated(first, 407);
    this.sip.send(request);
    return request;
  }

  /** Answers the next challenge of the same call, as it answered the one before. */
  async inviteAgain(invite: SipRequest): Promise<SipRequest> {
    const request = await this.#answered(invite, 407);
    this.sip.send(request);
    return request;
  }

  /** Waits for that response, and acknowledges it. */
  async outcome(invite: SipRequest, status: number): Promise<SipResponse> {
    const response = await this.sip.response(status, 'INVITE');
    if (status < 300) this.sip.ack(invite, response);
    else this.sip.ackFailure(invite, response);
    return response;
  }

  /** Takes the next call, and waits until the caller knows. */
  async answer(
    description = this.sdp(),
    parts: MessageParts = {},
  ): Promise<{ invite: SipRequest; ok: SipResponse }> {
    const invite = await this.sip.request('INVITE');
    const ok = this.sip.reply(invite, 200, 'OK', { body: description, ...parts });
    await this.sip.request('ACK');
    return { invite, ok };
  }

  /** Sends 50 packets a second to where that description says. */
  talk({ body }: { body: Uint8Array }): void {
    const port = Number(/^m=audio (\d+)/m.exec(new TextDecoder().decode(body))?.[1]);
    const packet = Buffer.alloc(172, 0xff);
    packet.writeUInt16BE(0x8000, 0);
    packet.writeUInt32BE(port, 8);
    let sequence = 0;
    clearInterval(this.#talking);
    this.#talking = setInterval(() => {
      sequence += 1;
      packet.writeUInt16BE(sequence & 0xffff, 2);
      packet.writeUInt32BE((sequence * 160) >>> 0, 4);
      this.#rtp.send(packet, port, '127.0.0.1');
    }, 20);
  }

  close(): void {
    clearInterval(this.#talking);
    this.#rtp.close();
    this.sip.close();
  }

  #build(method: string, uri: string, parts: MessageParts): SipRequest {
    this.#sequence += 1;
    const own = { CSeq: `${this.#sequence} ${method}`, 'User-Agent': 'scripted' };
    return this.sip.build(method, uri, { ...parts, headers: { ...own, ...parts.headers } });
  }

  /** Sends a request, takes the challenge, and gives the request with credentials. */
  async #authenticated(request: SipRequest, challengedBy: 401 | 407): Promise<SipRequest> {
    this.sip.send(request);
    return this.#answered(request, challengedBy);
  }

  async #answered(request: SipRequest, challengedBy: 401 | 407): Promise<SipRequest> {
    const challenge = await this.sip.response(challengedBy, request.method);
    if (request.method === 'INVITE') this.sip.ackFailure(request, challenge);
    this.#sequence += 1;
    const kept = Object.fromEntries(request.headers.map(({ name, value }) => [name, value]));
    const [asks, answers] =
      challengedBy === 401
        ? ['WWW-Authenticate', 'Authorization']
        : ['Proxy-Authenticate', 'Proxy-Authorization'];
    return this.sip.build(request.method, request.uri, {
      body: new TextDecoder().decode(request.body),
      headers: {
        ...kept,
        Via: this.sip.via(),
        CSeq: `${this.#sequence} ${request.method}`,
        [answers]: this.#credentials(request, headers(challenge, asks)),
      },
    });
  }

  #credentials({ method, uri }: SipRequest, challenges: readonly string[]): string {
    const asked = challenges
      .map((value) => parseAuth(value)?.params)
      .find((params) => params?.get('algorithm') === 'MD5');
    const { number: username, password, realm = asked?.get('realm') ?? '' } = this.#account;
    const given = asked?.get('nonce') ?? '';
    this.#firstNonce ??= given;
    const nonce = this.#account.keepsNonce ? this.#firstNonce : given;
    const qop = { value: 'auth' as const, nc: '00000001', cnonce: 'c0ffee' };
    const ha1 = computeHa1('MD5', username, realm, password);
    const response = digestResponse({ algorithm: 'MD5', ha1, method, uri, nonce, qop });
    const params = { username, realm, nonce, uri, response, algorithm: 'MD5', qop: 'auth' };
    const counted = { nc: qop.nc, cnonce: qop.cnonce };
    return formatAuth({ scheme: 'Digest', params: new Map(Object.entries({ ...params, ...counted })) });
  }
}
