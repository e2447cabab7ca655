import { type DnsServer, freeDnsAddress, hasDnsmasq, type SipPhone, startDnsServer } from '@ringback/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failureOf, pickUp } from './support/calls.ts';
import { OFFER } from './support/sdp.ts';
import { serverIsGiven } from './support/server.ts';
import { Testbed } from './support/testbed.ts';

// Whom a server asks is said when it is started, which can be done with ours only.
describe.skipIf(serverIsGiven || !hasDnsmasq)('a call to a name (RFC 3263; needs dnsmasq)', () => {
  const dnsAddress = freeDnsAddress();
  let bed: Testbed;
  let dns: DnsServer | undefined;
  beforeAll(async () => {
    bed = await Testbed.start(['--dns-server', dnsAddress]);
  });
  afterEach(async () => {
    bed.clear();
    await dns?.stop();
    dns = undefined;
  });
  afterAll(() => bed?.close());

  const port = (phone: SipPhone) => phone.transport.local.port;

  it('of several servers goes to the first, and to the next when that one refuses', async () => {
    const [first, second] = [await bed.phone('first'), await bed.phone('second')];
    dns = await startDnsServer(dnsAddress, [
      `srv-host=_sip._udp.carrier.test,one.test,${port(first)},10,50`,
      `srv-host=_sip._udp.carrier.test,two.test,${port(second)},20,50`,
      'host-record=one.test,127.0.0.1',
      'host-record=two.test,127.0.0.1',
    ]);
    const srf = await bed.application();
    const calling = srf.createUAC('sip:123@carrier.test', { localSdp: OFFER });
    const refused = await first.request('INVITE');
    expect(refused.uri).toBe('sip:123@carrier.test');
    first.reply(refused, 503, 'Service Unavailable');
    await pickUp(second);
    expect((await calling).connected).toBe(true);
  });

  it('is routed by the name of the proxy that is given', async () => {
    const trunk = await bed.phone('trunk');
    dns = await startDnsServer(dnsAddress, [
      `srv-host=_sip._udp.trunk.test,one.test,${port(trunk)},10,50`,
      'host-record=one.test,127.0.0.1',
    ]);
    const srf = await bed.application();
    const calling = srf.createUAC('sip:123@nowhere.test', { localSdp: OFFER, proxy: 'sip:trunk.test' });
    const { invite } = await pickUp(trunk);
    expect(invite.uri).toBe('sip:123@nowhere.test');
    expect((await calling).connected).toBe(true);
  });

  it('that nobody knows ends in 503', async () => {
    dns = await startDnsServer(dnsAddress, []);
    const srf = await bed.application();
    const failure = await failureOf(srf.createUAC('sip:123@unknown.test', { localSdp: OFFER }));
    expect(failure.status).toBe(503);
  });
});
