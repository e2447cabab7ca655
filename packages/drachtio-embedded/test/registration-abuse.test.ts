import { parseNameAddr } from '@ringback/sip';
import type { SipPhone } from '@ringback/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { SDP } from './network.ts';
import { PublicServer } from './public-server.ts';

let server: PublicServer;
afterEach(() => server.close());

describe('a registration', () => {
  const uriOf = (contact: string) => parseNameAddr(contact)!.uri;
  async function registered(user: string, contact?: string): Promise<SipPhone> {
    const phone = await server.network.phone(user, 'ws');
    phone.call('REGISTER', 'sip:ringback.local', {
      headers: { To: `<${phone.aor}>`, Contact: contact ?? phone.contact },
    });
    await phone.response(200, 'REGISTER');
    return phone;
  }
  async function called(uri: string): Promise<void> {
    server.application.createUAC(uri, { localSdp: SDP }).catch(() => undefined);
  }

  it('of somebody else’s contact does not take his calls', async () => {
    server = await PublicServer.start();
    const victim = await registered('1001');
    const thief = await registered('1002', victim.contact);
    await called(uriOf(victim.contact));
    victim.reply(await victim.request('INVITE'), 486, 'Busy Here');
    await victim.request('ACK');
    expect(thief.unread()).toEqual([]);
    expect(server.stats().refused.binding).toBe(1);
    const again = await registered('1001', victim.contact);
    await called(uriOf(victim.contact));
    again.reply(await again.request('INVITE'), 486, 'Busy Here');
    await again.request('ACK');
  });

  it('at our own address, or at a carrier’s, draws nobody’s calls', async () => {
    server = await PublicServer.start();
    const own = `127.0.0.1:${server.network.port('udp')}`;
    await registered('1001', `<sip:1001@${own}>`);
    await registered('1001', '<sip:+49301234@trunk.example.com>');
    await registered('1001', '<sip:+49301234@198.51.100.1>');
    expect(server.stats().bindings).toBe(0);
    expect(server.stats().refused.binding).toBe(3);
  });

  it('with 100 contacts keeps as many as one connection may', async () => {
    server = await PublicServer.start({ limits: { bindingsOfFlow: 10 } });
    const contacts = Array.from({ length: 100 }, (_, index) => `<sip:u${index}@x.invalid>`).join(', ');
    await registered('1001', contacts);
    expect(server.stats().bindings).toBe(10);
    expect(server.stats().refused.binding).toBe(90);
  });

  it('with thousands of contacts gets 400', async () => {
    server = await PublicServer.start();
    const phone = await server.network.phone('1001', 'tcp');
    const contacts = Array.from({ length: 2000 }, (_, index) => `<sip:u${index}@x.invalid>`).join(', ');
    phone.call('REGISTER', 'sip:ringback.local', { headers: { Contact: contacts } });
    await phone.response(400);
    expect(server.stats().bindings).toBe(0);
  });
});
