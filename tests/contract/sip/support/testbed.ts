import { once } from 'node:events';
import { type PhoneProtocol, SipPhone, type SipPhoneOptions } from '@ringback/testing';
import { type ServerUnderTest, startServer } from './server.ts';
import { Srf } from './srf.ts';

/** A server, and the applications and phones of one test around it. */
export class Testbed {
  readonly server: ServerUnderTest;
  /** Where the server speaks SIP, as it told an application: `udp/127.0.0.1:5060`. */
  readonly #hostports: string[];
  #applications: Srf[] = [];
  #phones: SipPhone[] = [];

  private constructor(server: ServerUnderTest, hostports: string[]) {
    this.server = server;
    this.#hostports = hostports;
  }

  static async start(options?: readonly string[]): Promise<Testbed> {
    const server = await startServer(options);
    const probe = new Srf();
    probe.connect(server.admin);
    const [error, hostports] = await once(probe, 'connect');
    probe.disconnect();
    if (error) throw error;
    return new Testbed(server, (hostports as string).split(','));
  }

  /** A connected application; `prepare` says what it handles. */
  async application(
    prepare: (srf: Srf) => void = () => undefined,
    tags: string | string[] = [],
  ): Promise<Srf> {
    const srf = new Srf(tags);
    srf.on('error', () => undefined);
    prepare(srf);
    this.#applications.push(srf);
    srf.connect(this.server.admin);
    const [error] = await once(srf, 'connect');
    if (error) throw error;
    return srf;
  }

  /** Ends an application's connection; it does not come back. */
  stop(srf: Srf): void {
    this.#applications = this.#applications.filter((other) => other !== srf);
    srf.disconnect();
  }

  async phone(
    user: string,
    transport: PhoneProtocol = 'udp',
    options: Partial<SipPhoneOptions> = {},
  ): Promise<SipPhone> {
    const phone = await SipPhone.open({ transport, user, server: this.address(transport), ...options });
    this.#phones.push(phone);
    return phone;
  }

  /** Where the server takes SIP; `host` begins with `[` for IPv6. */
  address(transport: PhoneProtocol = 'udp', host = ''): { host: string; port: number } {
    const hostport = this.#hostports.find((text) => text.startsWith(`${transport}/${host}`));
    const match = /\/\[?(.*?)\]?:(\d+)$/.exec(hostport ?? '');
    if (!match) throw new Error(`the server does not speak ${transport}: ${this.#hostports}`);
    return { host: match[1]!.replace('0.0.0.0', '127.0.0.1'), port: Number(match[2]) };
  }

  /** A URI that leads to the server, for callers to dial. */
  uri(user: string): string {
    const { host, port } = this.address();
    return `sip:${user}@${host}:${port}`;
  }

  /** After a test: its applications and phones go, the server stays. */
  clear(): void {
    for (const phone of this.#phones) phone.close();
    for (const srf of this.#applications) srf.disconnect();
    this.#phones = [];
    this.#applications = [];
  }

  async close(): Promise<void> {
    this.clear();
    await this.server.stop();
  }
}

/** Where a phone is called directly, without brackets. */
export function uriOf(phone: SipPhone): string {
  return phone.contact.slice(1, -1);
}
