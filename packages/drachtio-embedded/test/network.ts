import { readFileSync } from 'node:fs';
import { createLogger } from '@ringback/runtime';
import { type PhoneProtocol, SipPhone, type SipPhoneOptions } from '@ringback/testing';
import Srf from 'drachtio-srf';
import { type DrachtioOptions, type DrachtioServer, startDrachtio } from '../src/index.ts';

export const SECRET = 'cymru';

/** A SIP server on ports of its own, with applications and phones that end with it. */
export class Network {
  readonly server: DrachtioServer;
  readonly #applications = new Set<Srf>();
  readonly #phones: SipPhone[] = [];

  private constructor(server: DrachtioServer) {
    this.server = server;
  }

  static async start(options: Partial<DrachtioOptions> = {}): Promise<Network> {
    const server = await startDrachtio({
      contacts: ['sip:127.0.0.1:0;transport=udp,tcp', 'sip:127.0.0.1:0;transport=ws'],
      admin: { host: '127.0.0.1', port: 0, secret: SECRET },
      logger: createLogger('test', 'silent'),
      ...options,
    });
    return new Network(server);
  }

  /** An unmodified drachtio-srf, connected and authenticated. */
  async application(prepare: (srf: Srf) => void = () => undefined): Promise<Srf> {
    const srf = new Srf();
    srf.on('error', () => undefined);
    prepare(srf);
    const connected = new Promise<void>((resolve, reject) => {
      srf.on('connect', (error?: Error) => (error ? reject(error) : resolve()));
    });
    srf.connect({ host: '127.0.0.1', port: this.server.adminPort, secret: SECRET });
    await connected;
    this.#applications.add(srf);
    return srf;
  }

  /** Ends an application's connection for good. */
  stop(srf: Srf): void {
    this.#applications.delete(srf);
    srf.disconnect();
  }

  port(protocol: string): number {
    return Number(this.hostport(protocol)?.split(':').at(-1));
  }

  /** `udp/[::1]:5060`, of that transport on that host. */
  hostport(protocol: string, host = ''): string | undefined {
    return this.server.hostports.find((text) => text.startsWith(`${protocol}/${host}`));
  }

  async phone(
    user: string,
    transport: PhoneProtocol = 'udp',
    options: Partial<SipPhoneOptions> = {},
  ): Promise<SipPhone> {
    const server = { host: '127.0.0.1', port: this.port(transport) };
    const phone = await SipPhone.open({ transport, user, server, ...options });
    this.#phones.push(phone);
    return phone;
  }

  /** A phone of the family of that host, `127.0.0.1` or `[::1]`, which trusts the certificate for localhost. */
  phoneAt(user: string, transport: PhoneProtocol, host: string): Promise<SipPhone> {
    const port = Number(this.hostport(transport, host)?.split(':').at(-1));
    const server = { host: host.replace(/[[\]]/g, ''), port };
    return this.phone(user, transport, { server, ca: localhostCertificate.cert });
  }

  async close(): Promise<void> {
    for (const phone of this.#phones) phone.close();
    for (const srf of this.#applications) this.stop(srf);
    await this.server.close();
  }
}

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const certificate = (name: string) => ({
  cert: fixture(`${name}.cert.pem`),
  key: fixture(`${name}.key.pem`),
});

/** For localhost, 127.0.0.1 and ::1. */
export const localhostCertificate = certificate('localhost');
/** For pbx.test and *.phones.test. */
export const pbxCertificate = certificate('pbx.test');

export const SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

/** A promise and what settles it. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
