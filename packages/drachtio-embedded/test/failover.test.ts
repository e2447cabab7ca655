import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import {
  header,
  parseMessage,
  responseTo,
  type SipRequest,
  StreamFramer,
  serializeMessage,
  topVia,
} from '@ringback/sip';
import { type DnsServer, freeDnsAddress, hasDnsmasq, type SipPhone, startDnsServer } from '@ringback/testing';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Network, SDP } from './network.ts';

let network: Network;
let dns: DnsServer | undefined;
let dnsAddress: string;
beforeEach(async () => {
  dnsAddress = freeDnsAddress();
  network = await Network.start({
    contacts: ['sip:127.0.0.1:0;transport=udp,tcp', 'sip:[::1]:0;transport=udp'],
    dns: { servers: [dnsAddress] },
    timing: { t1: 30, t2: 240, t4: 300 },
  });
});
afterEach(async () => {
  await network.close();
  await dns?.stop();
  dns = undefined;
});

const zone = async (...records: string[]) => {
  dns = await startDnsServer(dnsAddress, records);
};
const port = (phone: SipPhone) => phone.transport.local.port;
const branch = (request: SipRequest) => topVia(request)?.params.get('branch');
const at = (localHost: string) => network.phone(localHost, 'udp', { localHost });

/** A SIP server on TCP that answers everything with 200. */
async function tcpPeer(listenPort = 0): Promise<{ port: number; requests: SipRequest[] }> {
  const requests: SipRequest[] = [];
  const server = createServer((socket) => {
    const framer = new StreamFramer();
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const event of framer.push(chunk)) {
        const parsed = event.kind === 'message' ? parseMessage(event.bytes) : undefined;
        if (!parsed?.ok || parsed.message.kind !== 'request') continue;
        requests.push(parsed.message);
        socket.write(serializeMessage(responseTo(parsed.message, 200, '', { toTag: 'tcp' })));
      }
    });
  }).listen(listenPort, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, requests };
}

/** What the application heard of an OPTIONS to that URI. */
async function options(uri: string, opts: object = {}): Promise<number> {
  const srf = await network.application();
  const request = await srf.request(uri, { method: 'OPTIONS', ...opts });
  const [response] = (await once(request, 'response')) as [{ status: number }];
  return response.status;
}

describe.skipIf(!hasDnsmasq)('a domain of several servers, as a real DNS server tells of them', () => {
  it('is reached over what its NAPTR records prefer', async () => {
    const peer = await tcpPeer();
    await zone(
      'naptr-record=voip.test,20,1,s,SIP+D2U,,_sip._udp.voip.test',
      'naptr-record=voip.test,10,1,s,SIP+D2T,,_sip._tcp.voip.test',
      `srv-host=_sip._tcp.voip.test,one.test,${peer.port},1,1`,
      'host-record=one.test,127.0.0.1',
    );
    expect(await options('sip:1002@voip.test')).toBe(200);
    expect(header(peer.requests[0]!, 'Via')).toContain('SIP/2.0/TCP');
  });

  it('goes on to the next server when one is silent, and keeps away from that one for a while', async () => {
    const [silent, alive] = [await at('127.0.0.2'), await at('127.0.0.3')];
    await zone(
      `srv-host=_sip._udp.voip.test,silent.test,${port(silent)},1,1`,
      `srv-host=_sip._udp.voip.test,alive.test,${port(alive)},2,1`,
      'host-record=silent.test,127.0.0.2',
      'host-record=alive.test,127.0.0.3',
    );
    const srf = await network.application();
    const answers: number[] = [];
    const call = srf.createUAC(
      'sip:1002@voip.test',
      { localSdp: SDP },
      { cbProvisional: (response: { status: number }) => void answers.push(response.status) },
    );
    const lost = await silent.request('INVITE');
    const invite = await alive.request('INVITE');
    for (const name of ['From', 'Call-ID', 'CSeq', 'To'])
      expect(header(invite, name)).toBe(header(lost, name));
    expect(branch(invite)).not.toBe(branch(lost));
    alive.reply(invite, 180, 'Ringing');
    alive.reply(invite, 200, 'OK', { body: SDP });
    await alive.request('ACK');
    const dialog = await call;
    expect(answers).toEqual([180]);
    const second = srf.createUAC('sip:1002@voip.test', { localSdp: SDP });
    alive.reply(await alive.request('INVITE'), 486, 'Busy Here');
    await expect(second).rejects.toMatchObject({ status: 486 });
    void dialog.destroy();
    alive.reply(await alive.request('BYE'), 200, 'OK');
  });

  it('goes on when a server answers 503, which is acknowledged and never shown', async () => {
    const [full, alive] = [await at('127.0.0.2'), await at('127.0.0.3')];
    await zone(
      `srv-host=_sip._udp.voip.test,full.test,${port(full)},1,1`,
      `srv-host=_sip._udp.voip.test,alive.test,${port(alive)},2,1`,
      'host-record=full.test,127.0.0.2',
      'host-record=alive.test,127.0.0.3',
    );
    const srf = await network.application();
    const call = srf.createUAC('sip:1002@voip.test', { localSdp: SDP });
    const refused = await full.request('INVITE');
    full.reply(refused, 503, 'Service Unavailable', { headers: { 'Retry-After': '60' } });
    expect(branch(await full.request('ACK'))).toBe(branch(refused));
    alive.reply(await alive.request('INVITE'), 200, 'OK', { body: SDP });
    await alive.request('ACK');
    // A 503 that comes once more is acknowledged once more.
    full.reply(refused, 503, 'Service Unavailable');
    await full.request('ACK');
    void (await call).destroy();
    alive.reply(await alive.request('BYE'), 200, 'OK');
    await expect.poll(() => network.server.stats().dialogs).toBe(0);
  });

  it('goes on at once when a server takes no connection', async () => {
    const [nobody, peer] = [await tcpPeer(), await tcpPeer()];
    await zone(
      `srv-host=_sip._tcp.voip.test,nobody.test,${nobody.port},1,1`,
      `srv-host=_sip._tcp.voip.test,one.test,${peer.port},2,1`,
      'host-record=nobody.test,127.0.0.9',
      'host-record=one.test,127.0.0.1',
    );
    expect(await options('sip:1002@voip.test;transport=tcp')).toBe(200);
    expect(nobody.requests).toEqual([]);
    expect(peer.requests).toHaveLength(1);
  });

  it('is told of once, when the last server failed too', async () => {
    const [one, two] = [await at('127.0.0.2'), await at('127.0.0.3')];
    await zone(
      `srv-host=_sip._udp.voip.test,one.test,${port(one)},1,1`,
      `srv-host=_sip._udp.voip.test,two.test,${port(two)},2,1`,
      'host-record=one.test,127.0.0.2',
      'host-record=two.test,127.0.0.3',
    );
    const status = options('sip:1002@voip.test');
    one.reply(await one.request('OPTIONS'), 503, 'Service Unavailable');
    two.reply(await two.request('OPTIONS'), 503, 'Try Later');
    expect(await status).toBe(503);
    await expect.poll(() => network.server.stats().clientTransactions).toBe(0);
  });

  it('is not begun anew once it rings or is called off', async () => {
    const [one, two] = [await at('127.0.0.2'), await at('127.0.0.3')];
    await zone(
      `srv-host=_sip._udp.voip.test,one.test,${port(one)},1,1`,
      `srv-host=_sip._udp.voip.test,two.test,${port(two)},2,1`,
      'host-record=one.test,127.0.0.2',
      'host-record=two.test,127.0.0.3',
    );
    const srf = await network.application();
    const call = srf.createUAC('sip:1002@voip.test', { localSdp: SDP });
    const invite = await one.request('INVITE');
    one.reply(invite, 180, 'Ringing');
    one.reply(invite, 503, 'Service Unavailable');
    await expect(call).rejects.toMatchObject({ status: 503 });
    const called = srf.createUAC(
      'sip:1002@voip.test',
      { localSdp: SDP },
      { cbRequest: (_error, request) => request.cancel() },
    );
    await one.request('INVITE');
    await expect(called).rejects.toMatchObject({ status: 487 });
    expect(two.log).toEqual([]);
  });

  it('by an IPv6 address alone is reached over IPv6', async () => {
    const server = { host: '::1', port: Number(network.hostport('udp', '[::1]')?.split(':').at(-1)) };
    const phone = await network.phone('1002', 'udp', { server });
    await zone('host-record=six.test,::1');
    const status = options(`sip:1002@six.test:${port(phone)}`);
    const request = await phone.request('OPTIONS');
    expect(header(request, 'Via')).toContain(`SIP/2.0/UDP [::1]:${server.port}`);
    phone.reply(request, 200, 'OK');
    expect(await status).toBe(200);
  });

  it('that does not exist, or whose DNS server is silent, gets 503', async () => {
    await zone('host-record=one.test,127.0.0.1');
    const srf = await network.application();
    const call = (uri: string) => srf.createUAC(uri, { localSdp: SDP });
    await expect(call('sip:1002@nowhere.test')).rejects.toMatchObject({ status: 503 });
    await dns?.stop();
    dns = undefined;
    await expect(call('sip:1002@elsewhere.test:5060')).rejects.toMatchObject({ status: 503 });
  });
});

describe('a request too big for a datagram (RFC 3261 18.1.1)', () => {
  const headers = { 'X-Long': 'x'.repeat(1400) };

  it('goes by TCP, with our TCP address in Via and Contact', async () => {
    const peer = await tcpPeer();
    expect(
      await options(`sip:1002@127.0.0.1:${peer.port}`, {
        headers: { ...headers, Contact: 'sip:b2b@localhost' },
      }),
    ).toBe(200);
    const [request] = peer.requests;
    expect(header(request!, 'Via')).toContain(`SIP/2.0/TCP 127.0.0.1:${network.port('tcp')}`);
    expect(header(request!, 'Contact')).toBe(`<sip:b2b@127.0.0.1:${network.port('tcp')};transport=tcp>`);
  });

  it('goes by datagram to a peer that has no TCP, or whose URI names UDP', async () => {
    const phone = await network.phone('1002');
    for (const suffix of ['', ';transport=udp']) {
      const status = options(`sip:1002@127.0.0.1:${port(phone)}${suffix}`, { headers });
      const request = await phone.request('OPTIONS');
      expect(header(request, 'Via')).toContain('SIP/2.0/UDP');
      phone.reply(request, 200, 'OK');
      expect(await status).toBe(200);
    }
  });

  it('is sent once: a TCP server that says nothing is not asked again by datagram', async () => {
    const phone = await network.phone('1002');
    const mute = createServer((socket) => void socket.on('error', () => socket.destroy()));
    mute.listen(port(phone), '127.0.0.1');
    await once(mute, 'listening');
    onTestFinished(() => void mute.close());
    expect(await options(`sip:1002@127.0.0.1:${port(phone)}`, { headers })).toBe(408);
    expect(phone.log).toEqual([]);
  });
});
