import type { ServerFrame } from '@ringback/drachtio-wire';
import { parseNameAddr } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import { Network } from './network.ts';
import { RawApplication } from './raw-application.ts';

/** A server, an application of bare frames and a phone: what passes between the first two is looked at token by token. */
export class WireBed {
  readonly network: Network;
  readonly application: RawApplication;
  readonly phone: SipPhone;

  private constructor(network: Network, application: RawApplication, phone: SipPhone) {
    this.network = network;
    this.application = application;
    this.phone = phone;
  }

  static async open(): Promise<WireBed> {
    const network = await Network.start();
    const application = await RawApplication.authenticated(network.server.adminPort);
    return new WireBed(network, application, await network.phone('1002'));
  }

  /** Where the phone is called. */
  get target(): string {
    return parseNameAddr(this.phone.contact)!.uri;
  }

  route(...verbs: string[]): Promise<ServerFrame[]> {
    return Promise.all(verbs.map((verb) => this.application.ask(`r|route|${verb}`)));
  }

  /** Sends a request outside of any dialog. */
  request(...lines: string[]): Promise<ServerFrame> {
    return this.application.ask('1|sip||', text(...lines));
  }

  async close(): Promise<void> {
    this.application.socket.destroy();
    await this.network.close();
  }
}

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const TIME = /^\d\d:\d\d:\d\d\.\d{6}$/;
export const text = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
export const bytes = (frame: ServerFrame) => String(Buffer.byteLength(frame.sip));
export const line = (sip: string, name: string) => new RegExp(`^${name}: (.*)\r$`, 'm').exec(sip)?.[1];
