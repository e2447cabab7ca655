import { describe, expect, it } from 'vitest';
import {
  inquiryFor,
  nextHopOf,
  orderSrv,
  parseUri,
  type SipTransport,
  servicesOffered,
} from '../src/index.ts';

const ALL: SipTransport[] = ['udp', 'tcp', 'tls'];
const inquiry = (uri: string, usable = ALL) => inquiryFor(nextHopOf(parseUri(uri)!), usable);
const names = (uri: string, usable = ALL) => {
  const asked = inquiry(uri, usable);
  return 'queries' in asked ? asked.queries.map(({ transport, name }) => `${transport} ${name}`) : [];
};

describe('what is asked for (RFC 3263 4)', () => {
  it.each([
    ['sip:a@192.0.2.7', 'udp', 5060],
    ['sip:a@[2001:db8::1]', 'udp', 5060],
    ['sips:a@192.0.2.7', 'tls', 5061],
    ['sip:a@example.com:5070', 'udp', 5070],
    ['sips:a@example.com:5071', 'tls', 5071],
    ['sip:a@example.com:5070;transport=tcp', 'tcp', 5070],
    ['sip:a@192.0.2.7;transport=TCP', 'tcp', 5060],
    ['sips:a@example.com:5061;transport=tcp', 'tls', 5061],
    ['sip:a@localhost', 'udp', 5060],
    ['sip:a@phones.localhost;transport=tcp', 'tcp', 5060],
    ['sip:a@example.com;maddr=192.0.2.9', 'udp', 5060],
  ])('%s: addresses only, %s, port %i', (uri, transport, port) => {
    expect(inquiry(uri)).toEqual({ kind: 'addresses', transport, port });
  });

  it('NAPTR first for a bare domain, then the SRV names of what we speak, then the host itself', () => {
    expect(inquiry('sip:example.com')).toMatchObject({
      kind: 'offers',
      usable: ALL,
      otherwise: { transport: 'udp', port: 5060 },
    });
    expect(names('sip:example.com')).toEqual([
      'udp _sip._udp.example.com',
      'tcp _sip._tcp.example.com',
      'tls _sips._tcp.example.com',
    ]);
    expect(names('sip:example.com', ['tcp'])).toEqual(['tcp _sip._tcp.example.com']);
    expect(names('sips:example.com')).toEqual(['tls _sips._tcp.example.com']);
  });

  it('the SRV names of the transport that is named', () => {
    expect(inquiry('sip:example.com;transport=tls').kind).toBe('services');
    expect(names('sip:example.com;transport=tls')).toEqual(['tls _sips._tcp.example.com']);
  });

  it.each([
    ['sip:example.com;transport=sctp', ALL],
    ['sip:192.0.2.7;transport=tls', ['udp', 'tcp']],
    ['sips:192.0.2.7', ['udp', 'tcp']],
    ['sips:192.0.2.7;transport=udp', ALL],
    ['sip:a@x.invalid;transport=ws', ALL],
  ] as [string, SipTransport[]][])('%s is of no use to who speaks %j', (uri, usable) => {
    expect(inquiry(uri, usable)).toEqual({ kind: 'unusable' });
  });

  it('maddr and brackets are read as they are meant', () => {
    expect(nextHopOf(parseUri('sip:a@example.com;maddr=[2001:db8::9]')!).host).toBe('2001:db8::9');
    expect(nextHopOf(parseUri('sip:a@[::1]:5070')!)).toMatchObject({ host: '::1', port: 5070 });
  });
});

describe('NAPTR records', () => {
  const record = (order: number, preference: number, service: string, flags = 's') => ({
    order,
    preference,
    flags,
    service,
    replacement: `${service}.example.com`,
  });
  const offered = (usable: SipTransport[]) =>
    servicesOffered(
      [
        record(90, 50, 'SIP+D2T'),
        record(50, 60, 'sip+d2u'),
        record(50, 50, 'SIPS+D2T', 'S'),
        record(10, 1, 'SIP+D2S'),
        record(20, 1, 'SIP+D2U', 'u'),
      ],
      usable,
    ).map(({ transport }) => transport);

  it('are taken by order and preference, as far as we speak what they offer', () => {
    expect(offered(ALL)).toEqual(['tls', 'udp', 'tcp']);
    expect(offered(['tcp', 'udp'])).toEqual(['udp', 'tcp']);
    expect(offered(['ws'])).toEqual([]);
  });
});

describe('SRV records', () => {
  const server = (target: string, priority: number, weight: number) => ({
    target,
    priority,
    weight,
    port: 5060,
  });
  const order = (records: ReturnType<typeof server>[], ...dice: number[]) =>
    orderSrv(records, () => dice.shift() ?? 0).map(({ target }) => target);

  it('are tried by priority first', () => {
    expect(order([server('c', 30, 9), server('a', 10, 0), server('b', 20, 5)])).toEqual(['a', 'b', 'c']);
  });

  it('among equals by weight: the running sum decides', () => {
    const records = [server('light', 1, 10), server('heavy', 1, 90), server('last', 1, 0)];
    expect(order(records, 0, 0, 0)).toEqual(['last', 'light', 'heavy']);
    expect(order(records, 0.05, 0, 0)).toEqual(['light', 'last', 'heavy']);
    expect(order(records, 0.5, 0.99, 0)).toEqual(['heavy', 'light', 'last']);
  });

  it('come first about as often as their weight says', () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const records = [server('a', 1, 20), server('b', 1, 80)];
    let heavy = 0;
    for (let run = 0; run < 2000; run++) if (orderSrv(records, random)[0]!.target === 'b') heavy += 1;
    expect(heavy / 2000).toBeGreaterThan(0.75);
    expect(heavy / 2000).toBeLessThan(0.85);
  });

  it('whose target is the root say that there is no such service', () => {
    expect(order([server('.', 0, 0)])).toEqual([]);
  });
});
