import { parseConfig } from '@ringback/runtime';
import { parseMessage, parseUri, type SipRequest } from '@ringback/sip';
import { describe, expect, it } from 'vitest';
import { isDeadContact } from '../src/call/callee-leg.ts';
import { callerIdentity, cleanName, partyHeader } from '../src/routing/caller-identity.ts';
import { nextHop } from '../src/routing/next-hop.ts';
import { ownAddresses } from '../src/routing/own-addresses.ts';
import { inTurn } from '../src/routing/route.ts';

describe('what counts as this network', () => {
  const config = parseConfig({ RINGBACK_HOST: '0.0.0.0', RINGBACK_PUBLIC_HOST: 'pbx.example' }, '/tmp');
  const own = ownAddresses(config, () => ['udp/10.1.2.3:5060', 'ws/10.1.2.3:5066']);

  it('is the domain, the host’s names and addresses, and where the request arrived', () => {
    for (const host of [
      'ringback.local',
      'Ringback.LOCAL',
      'pbx.example',
      'localhost',
      '127.0.0.1',
      '10.1.2.3',
    ])
      expect(own.isOwnHost(host)).toBe(true);
    expect(own.isOwnHost('192.0.2.7')).toBe(false);
    expect(own.isOwnHost('192.0.2.7', '192.0.2.7')).toBe(true);
    expect(own.isOwnHost('elsewhere.example')).toBe(false);
  });

  it('is not a phone on the same machine', () => {
    const isOwn = (uri: string) => own.isOwnAddress(parseUri(uri)!);
    expect(isOwn('sip:1001@127.0.0.1:5070')).toBe(false);
    expect(isOwn('sip:1001@127.0.0.1:5060')).toBe(true);
    expect(isOwn('sip:1001@127.0.0.1')).toBe(true);
    expect(isOwn('sip:1001@10.1.2.3:5066;transport=ws')).toBe(true);
    expect(isOwn('sip:1001@ringback.local:7000')).toBe(true);
    expect(isOwn('sip:x@k3j4h5.invalid;transport=ws')).toBe(false);
  });
});

describe('who the caller is', () => {
  const invite = (from: string): SipRequest => {
    const text = [
      'INVITE sip:1002@ringback.local SIP/2.0',
      `From: ${from}`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
    const parsed = parseMessage(Buffer.from(text));
    if (!parsed.ok || parsed.message.kind !== 'request') throw new Error('not a request');
    return parsed.message;
  };
  const isOwnHost = (host: string) => host === 'ringback.local';
  const alice = { number: '1001', displayName: 'Alice', kind: 'subscriber' as const };
  const page = { number: '2001', displayName: null, kind: 'page' as const };
  const voice = { number: 'voice', displayName: 'Voice', kind: 'voice' as const };

  it('is the subscriber, with the name on record, else its own', () => {
    const party = (from: string, who: Parameters<typeof callerIdentity>[1]) =>
      callerIdentity(invite(from), who, isOwnHost);
    expect(party('"Boss" <sip:1001@ringback.local>;tag=1', alice)).toMatchObject({
      party: { number: '1001', displayName: 'Alice' },
    });
    expect(party('"Me" <sip:2001@ringback.local>;tag=1', page)).toMatchObject({
      party: { displayName: 'Me' },
    });
    for (const from of [
      '<sip:1002@ringback.local>;tag=1',
      '<sip:1001@elsewhere.example>;tag=1',
      'Anonymous <sip:anonymous@anonymous.invalid>;tag=1',
      '<sip:ringback.local>;tag=1',
    ])
      expect(party(from, alice)).toMatchObject({ kind: 'refuse' });
  });

  it('is whoever a voice says it speaks for', () => {
    const party = (from: string) => callerIdentity(invite(from), voice, isOwnHost);
    expect(party('"Dr. \\"Who\\"" <sip:5000@ringback.local>;tag=1')).toMatchObject({
      party: { number: '5000', displayName: 'Dr. "Who"' },
    });
    expect(party('"X" <sip:a%0d%0ab@ringback.local>;tag=1')).toMatchObject({ party: { number: 'voice' } });
    expect(party('<sip:voice@ringback.local>;tag=1')).toMatchObject({ party: { displayName: 'Voice' } });
  });

  it('has a name of one line', () => {
    expect(cleanName('  Zoë 😀  ')).toBe('Zoë 😀');
    expect(cleanName('a\r\nb\u0000\u202ec\u2028d\ud800')).toBe('abcd');
    expect(cleanName(' \t ')).toBeNull();
    expect(cleanName('x'.repeat(100))).toHaveLength(64);
    expect(partyHeader({ number: '1001', displayName: 'A "B" \\' }, 'ringback.local')).toBe(
      '"A \\"B\\" \\\\" <sip:1001@ringback.local>',
    );
  });
});

describe('where a binding is reached', () => {
  const hop = (contact: string, remoteAddress: string, transport: 'udp' | 'tcp' | 'ws' = 'udp') =>
    nextHop({ contact, transport, remoteAddress });

  it('is where its contact says, unless UDP came from another host', () => {
    expect(hop('sip:1001@192.168.1.5:5060', '192.168.1.5:5060')).toBeUndefined();
    expect(hop('sip:1001@192.168.1.5:5060', '192.168.1.5:61234')).toBeUndefined();
    expect(hop('sip:1001@10.0.0.9:5060', '192.168.1.5:61234')).toBe('sip:192.168.1.5:61234;transport=udp');
    expect(hop('sip:1001@phone.lan', '192.168.1.5:5062')).toBe('sip:192.168.1.5:5062;transport=udp');
    expect(hop('sip:1001@[fe80::1]:5060', '[fe80::2]:5060')).toBe('sip:[fe80::2]:5060;transport=udp');
  });

  it('is its connection otherwise', () => {
    expect(hop('sip:1001@10.0.0.9:5060;transport=tcp', '192.168.1.5:61234', 'tcp')).toBeUndefined();
    expect(hop('sip:x@k3j4h5.invalid;transport=ws', '127.0.0.1:40000', 'ws')).toBeUndefined();
  });

  it('is nowhere once the SIP server says so, but not when a phone is out of sorts', () => {
    expect(isDeadContact(410, false)).toBe(true);
    expect(isDeadContact(430, false)).toBe(true);
    expect(isDeadContact(503, true)).toBe(true);
    expect(isDeadContact(503, false)).toBe(false);
    expect(isDeadContact(480, true)).toBe(false);
  });

  it('is another voice each time', () => {
    expect([0, 1, 2, 3].map((turn) => inTurn(['a', 'b', 'c'], turn)[0])).toEqual(['a', 'b', 'c', 'a']);
    expect(inTurn(['a', 'b', 'c'], 1)).toEqual(['b', 'c', 'a']);
    expect(inTurn([], 5)).toEqual([]);
  });
});
