import { nextHopOf, parseUri } from '@ringback/sip';
import { ManualClock } from '@ringback/testing';
import { describe, expect, it } from 'vitest';
import { DeadTargets } from '../src/locate/dead-targets.ts';
import { cachedDns } from '../src/locate/dns-cache.ts';
import { locate, type Ways } from '../src/locate/locate.ts';
import { type MemoryRecords, memoryDns } from './memory-dns.ts';

const srv = (target: string, priority = 1, port = 5060) => ({ target, priority, weight: 1, port });

function ways(
  records: MemoryRecords,
  more: Partial<Ways> = {},
): Ways & { dns: ReturnType<typeof memoryDns> } {
  return {
    usable: ['udp', 'tcp', 'tls'],
    families: () => [4],
    random: () => 0,
    ...more,
    dns: memoryDns(records),
  };
}

async function targets(uri: string, at: Ways): Promise<string[] | undefined> {
  const found = await locate(nextHopOf(parseUri(uri)!), at);
  return found?.map(({ transport, host, port, domain }) => `${transport} ${host}:${port} ${domain}`);
}

describe('where a request can go', () => {
  it('is what NAPTR, SRV and address records say, in that order', async () => {
    const at = ways({
      naptr: {
        'a.test': [
          { order: 1, preference: 1, flags: 's', service: 'SIP+D2T', replacement: '_t.a.test' },
          { order: 2, preference: 1, flags: 's', service: 'SIP+D2U', replacement: '_u.a.test' },
        ],
      },
      srv: { '_t.a.test': [srv('x.test', 2), srv('y.test', 1, 5070)], '_u.a.test': [srv('x.test')] },
      a: { 'x.test': ['192.0.2.1', '192.0.2.2'], 'y.test': ['192.0.2.3'] },
    });
    expect(await targets('sip:a.test', at)).toEqual([
      'tcp 192.0.2.3:5070 a.test',
      'tcp 192.0.2.1:5060 a.test',
      'tcp 192.0.2.2:5060 a.test',
      'udp 192.0.2.1:5060 a.test',
      'udp 192.0.2.2:5060 a.test',
    ]);
  });

  it('without NAPTR the SRV records of what we speak, without those the host itself', async () => {
    const at = ways({
      srv: { '_sips._tcp.a.test': [srv('x.test', 1, 5061)] },
      a: { 'x.test': ['192.0.2.1'], 'b.test': ['192.0.2.9'] },
    });
    expect(await targets('sip:a.test', at)).toEqual(['tls 192.0.2.1:5061 a.test']);
    expect(await targets('sip:b.test', at)).toEqual(['udp 192.0.2.9:5060 b.test']);
    expect(await targets('sip:b.test;transport=tcp', at)).toEqual(['tcp 192.0.2.9:5060 b.test']);
  });

  it('is nowhere when the SRV record says that there is no such service', async () => {
    const at = ways({ srv: { '_sip._udp.a.test': [srv('.')] }, a: { 'a.test': ['192.0.2.1'] } });
    expect(await targets('sip:a.test', at)).toEqual([]);
  });

  it.each([
    ['sip:192.0.2.7', ['udp 192.0.2.7:5060 192.0.2.7']],
    ['sips:[2001:db8::1]:5070', ['tls 2001:db8::1:5070 2001:db8::1']],
    ['sip:localhost:5070', ['udp 127.0.0.1:5070 localhost']],
    ['sips:a.test;maddr=192.0.2.7', ['tls 192.0.2.7:5061 a.test']],
    ['sip:x@abc.invalid', []],
    ['sip:192.0.2.7;transport=sctp', undefined],
  ])('for %s is known without asking anybody', async (uri, expected) => {
    const at = ways({});
    expect(await targets(uri, at)).toEqual(expected);
    expect(at.dns.asked).toEqual([]);
  });

  it('takes both families, those of our sockets, and a bounded number of servers', async () => {
    const many = Array.from({ length: 50 }, (_, index) => `192.0.2.${index}`);
    const at = ways(
      { a: { 'a.test': many }, aaaa: { 'a.test': ['2001:db8::1'] } },
      { families: () => [6, 4] },
    );
    const found = (await targets('sip:a.test:5060', at)) ?? [];
    expect(found).toHaveLength(8);
    expect(found[0]).toBe('udp 2001:db8::1:5060 a.test');
  });
});

describe('the DNS is asked once', () => {
  it('for as long as the records live, also by those who ask at the same time', async () => {
    const clock = new ManualClock();
    const dns = memoryDns({ a: { 'a.test': ['192.0.2.1'] } }, 60);
    const cached = cachedDns(dns, clock);
    await Promise.all([cached.addresses('a.test', 4), cached.addresses('a.test', 4)]);
    clock.advance(59_000);
    await cached.addresses('a.test', 4);
    expect(dns.asked).toEqual(['A a.test']);
    clock.advance(1_000);
    await cached.addresses('a.test', 4);
    expect(dns.asked).toEqual(['A a.test', 'A a.test']);
  });

  it('and forgets the oldest of too many names', async () => {
    const dns = memoryDns({});
    const cached = cachedDns(dns, new ManualClock());
    for (let index = 0; index <= 2000; index++) await cached.srv(`${index}.test`);
    await cached.srv('2000.test');
    expect(dns.asked).toHaveLength(2001);
    await cached.srv('0.test');
    expect(dns.asked).toHaveLength(2002);
  });
});

it('a dead server comes last until it is forgotten', () => {
  const clock = new ManualClock();
  const dead = new DeadTargets(clock);
  const [a, b] = [1, 2].map((last) => ({ transport: 'udp' as const, host: `192.0.2.${last}`, port: 5060 }));
  dead.add(a!, 30_000);
  expect(dead.livingFirst([a!, b!])).toEqual([b, a]);
  clock.advance(30_000);
  expect(dead.livingFirst([a!, b!])).toEqual([a, b]);
});
