import { header } from '@ringback/sip';
import { afterEach, describe, expect, it } from 'vitest';
import { parseContact } from '../src/contact.ts';
import { OwnAddress } from '../src/transport/own-address.ts';
import { parseSubnet } from '../src/transport/subnet.ts';
import { memoryDns } from './memory-dns.ts';
import { Network, SDP } from './network.ts';

let network: Network | undefined;
afterEach(async () => {
  await network?.close();
  network = undefined;
});

const INTERFACES = [
  { address: '127.0.0.1', cidr: '127.0.0.1/8' },
  { address: '10.132.0.7', cidr: '10.132.0.7/20' },
  { address: '203.0.113.9', cidr: '203.0.113.9/24' },
  { address: '::1', cidr: '::1/128' },
];

describe('a network in CIDR notation', () => {
  it.each([
    ['10.132.0.0/20', '10.132.15.1', true],
    ['10.132.0.0/20', '10.132.16.1', false],
    ['10.132.0.0/20', '::1', false],
    ['fd00::/8', 'fd12::1', true],
    ['192.0.2.7', '192.0.2.7', true],
    ['0.0.0.0/0', '198.51.100.1', true],
  ])('%s holds %s: %s', (net, host, holds) => {
    expect(parseSubnet(net)?.contains(host)).toBe(holds);
  });

  it.each(['', '10.0.0.0/33', '10.0.0/8', 'fd00::/129', '10.0.0.0/8/8', '10.0.0.0/x', 'localhost'])(
    '%j is none',
    (text) => expect(parseSubnet(text)).toBeUndefined(),
  );
});

describe('a contact', () => {
  const at = (boundHost: string, externalHost?: string, nets?: string[]) =>
    new OwnAddress(
      { boundHost, externalHost, localNets: nets?.map((text) => parseSubnet(text)!) },
      INTERFACES,
    );

  it('shows its external address to whom is outside of its networks', () => {
    const contact = at('10.132.0.7', '203.0.113.1', ['10.132.0.0/20']);
    expect(contact.hostFor('10.132.3.3')).toBe('10.132.0.7');
    expect(contact.hostFor('198.51.100.4')).toBe('203.0.113.1');
    expect(contact.publicHost).toBe('203.0.113.1');
  });

  it('takes the private range around its address for local when none is named', () => {
    expect(at('10.132.0.7', '203.0.113.1').hostFor('10.200.0.1')).toBe('10.132.0.7');
    expect(at('203.0.113.9', 'sip.example').hostFor('203.0.113.10')).toBe('sip.example');
    expect(at('10.132.0.7', '203.0.113.1', []).hostFor('10.132.0.8')).toBe('203.0.113.1');
  });

  it('that listens everywhere names the address that the peer can reach', () => {
    const contact = at('0.0.0.0');
    expect(contact.hostFor('127.0.0.1')).toBe('127.0.0.1');
    expect(contact.hostFor('10.132.1.1')).toBe('10.132.0.7');
    expect(contact.hostFor('203.0.113.77')).toBe('203.0.113.9');
    expect(contact.hostFor('198.51.100.1')).toBe('10.132.0.7');
  });

  it('is the nearer the longer the network it shares with the peer; loopback comes last', () => {
    const near = (peer: string) =>
      [at('127.0.0.1'), at('10.132.0.7'), at('203.0.113.9', '192.0.2.1')].map((own) => own.nearnessTo(peer));
    expect(near('10.132.0.9')).toEqual([-1, 21, 1]);
    expect(near('127.0.0.2')).toEqual([9, 0, 1]);
    expect(near('198.51.100.1')).toEqual([-1, 0, 1]);
  });

  it('knows its names', () => {
    const contact = new OwnAddress({
      boundHost: '0.0.0.0',
      externalHost: '203.0.113.1',
      dnsNames: ['Pbx.example'],
    });
    for (const host of ['pbx.example', '203.0.113.1', '127.0.0.9']) expect(contact.isOwn(host)).toBe(true);
    expect(contact.isOwn('other.example')).toBe(false);
  });

  it('that cannot be read is refused with the field and the remedy', () => {
    const contact = 'sip:127.0.0.1';
    expect(() => parseContact({ contact, localNets: ['10.0.0.0/99'] })).toThrow(
      'local network "10.0.0.0/99"',
    );
    expect(() => parseContact({ contact, externalHost: 'a b' })).toThrow('external host');
  });
});

it('a request to a name or an external address of ours is refused', async () => {
  const contact = {
    contact: 'sip:127.0.0.1:0;transport=udp',
    externalHost: '192.0.2.1',
    dnsNames: ['pbx.test'],
  };
  network = await Network.start({
    contacts: [contact],
    dns: memoryDns({ a: { 'pbx.test': ['192.0.2.99'] } }),
  });
  const srf = await network.application();
  for (const host of ['127.0.0.1', '192.0.2.1', 'pbx.test']) {
    const request = srf.request(`sip:a@${host}:${network.port('udp')}`, { method: 'OPTIONS' });
    await expect(request).rejects.toThrow('can not send request to myself');
  }
});

it('who listens everywhere tells the application which address a request came to', async () => {
  network = await Network.start({ contacts: ['sip:*:0;transport=udp,tcp'] });
  await network.application((srf) => {
    srf.options((req, res) => res.send(200, { headers: { 'X-On': `${req.receivedOn}` } }));
  });
  for (const transport of ['udp', 'tcp'] as const) {
    const phone = await network.phone('1001', transport);
    phone.call('OPTIONS', 'sip:ringback.local');
    expect(header(await phone.response(200), 'X-On')).toBe(`127.0.0.1:${network.port(transport)}`);
  }
});

describe('behind a NAT', () => {
  const contacts = [
    { contact: 'sip:127.0.0.1:0;transport=udp', externalHost: '192.0.2.1', localNets: ['127.0.0.2/32'] },
  ];

  it('each peer is shown the address it can reach, in Contact, Via and for localhost', async () => {
    network = await Network.start({ contacts });
    const srf = await network.application((app) => {
      app.invite((req, res) => void app.createUAS(req, res, { localSdp: SDP }).catch(() => undefined));
    });
    const port = network.port('udp');
    for (const [localHost, shown] of [
      ['127.0.0.2', '127.0.0.1'],
      ['127.0.0.3', '192.0.2.1'],
    ] as const) {
      const phone = await network.phone('1001', 'udp', { localHost });
      phone.call('INVITE', 'sip:9196@ringback.local', { body: SDP });
      expect(header(await phone.response(200), 'Contact')).toBe(`<sip:${shown}:${port}>`);
      const headers = { From: 'sip:pbx@localhost', Contact: 'sip:b2b@localhost' };
      await srf.request(phone.contact.slice(1, -1), { method: 'OPTIONS', headers });
      const options = await phone.request('OPTIONS');
      expect(header(options, 'Via')).toContain(`SIP/2.0/UDP ${shown}:${port};`);
      expect(header(options, 'From')).toContain(`sip:pbx@${shown}:${port}`);
      expect(header(options, 'Contact')).toBe(`<sip:b2b@${shown}:${port}>`);
      phone.reply(options, 200, 'OK');
    }
  });
});
