import { parseApplicationSip } from '@ringback/drachtio-wire';
import { ManualClock } from '@ringback/testing';
import { describe, expect, it } from 'vitest';
import { applicationHeaders, impliedContentType } from '../src/application/headers.ts';
import { parseContactSpec } from '../src/contact.ts';
import { FlowTable } from '../src/flow-table.ts';
import type { Flow, Listener, TransportName } from '../src/transport/flow.ts';
import { IdleWatch } from '../src/transport/idle-watch.ts';
import { OwnAddress } from '../src/transport/own-address.ts';

function flowOn(transport: TransportName, holds = { count: 0 }): Flow {
  const address = { host: '127.0.0.1', port: 5066 };
  const listener: Listener = {
    transport,
    local: address,
    advertised: { host: '192.0.2.1', port: 5066 },
    own: new OwnAddress({ boundHost: '127.0.0.1', externalHost: '192.0.2.1', localNets: [] }),
    flowTo: () => flowOn(transport),
    close: async () => undefined,
  };
  return {
    listener,
    transport,
    reliable: transport !== 'udp',
    local: address,
    remote: address,
    advertised: listener.advertised,
    closed: false,
    send: () => undefined,
    destroy: () => undefined,
    hold: () => {
      holds.count += 1;
      return () => {
        holds.count -= 1;
      };
    },
  };
}

describe('a contact of the command line', () => {
  it.each([
    [
      'sip:127.0.0.1:5060;transport=udp,tcp',
      { host: '127.0.0.1', port: 5060, transports: ['udp', 'tcp'], sips: false },
    ],
    ['sip:*', { host: '0.0.0.0', port: undefined, transports: ['udp', 'tcp'], sips: false }],
    ['sips:[::1]:5061', { host: '::1', port: 5061, transports: ['tls'], sips: true }],
    ['sip:localhost:0;transport=WS', { host: '127.0.0.1', port: 0, transports: ['ws'], sips: false }],
  ])('%s', (text, spec) => {
    expect(parseContactSpec(text)).toEqual(spec);
  });

  it.each(['', 'bogus', 'sip:example.com', 'sip:127.0.0.1:99999', 'sip:127.0.0.1;transport=sctp'])(
    '%j is refused',
    (text) => {
      expect(() => parseContactSpec(text)).toThrow(`contact "${text}"`);
    },
  );
});

describe('the flow table', () => {
  it('forgets a binding when it expires, and holds its connection until then', () => {
    const clock = new ManualClock();
    const flows = new FlowTable(clock, 10);
    const holds = { count: 0 };
    const flow = flowOn('ws', holds);
    flows.set('a@x.invalid', flow, 60, { addressOfRecord: 'a' });
    clock.advance(30_000);
    flows.set('a@x.invalid', flow, 60, { addressOfRecord: 'a' });
    clock.advance(59_000);
    expect(flows.find('a@x.invalid')).toBe(flow);
    expect(holds.count).toBe(1);
    clock.advance(1_000);
    expect(flows.find('a@x.invalid')).toBeUndefined();
    expect(holds.count).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  describe('knows a client by its instance (RFC 5626)', () => {
    const set = (flows: FlowTable, contact: string, regId: string, client = 'sip:a@x "<urn:1>"') => {
      const flow = flowOn('ws');
      flows.set(contact, flow, 60, { addressOfRecord: client, clientFlow: { client, regId } });
      return flow as { closed: boolean };
    };

    it('whose old contact is reached over the newest flow of the same reg-id', () => {
      const clock = new ManualClock();
      const flows = new FlowTable(clock, 10);
      const stranger = set(flows, 'c@x', '1', 'sip:b@x "<urn:1>"');
      set(flows, 'a@x', '1');
      const newest = set(flows, 'b@x', '1');
      expect(flows.find('a@x')).toBe(newest);
      expect(flows.find('c@x')).toBe(stranger);
      flows.clear();
      expect(clock.pendingTimers).toBe(0);
    });

    it('and of several reg-ids over one that lives', () => {
      const flows = new FlowTable(new ManualClock(), 10);
      const [one, two] = [set(flows, 'a@x', '1'), set(flows, 'b@x', '2')];
      expect([flows.find('a@x'), flows.find('b@x')]).toEqual([one, two]);
      two.closed = true;
      expect(flows.find('b@x')).toBe(one);
      one.closed = true;
      expect(flows.find('b@x')?.closed).toBe(true);
    });

    it('with a bounded number of contacts', () => {
      const flows = new FlowTable(new ManualClock(), 1000);
      for (let index = 0; index < 50; index++) set(flows, `${index}@x`, `${index}`);
      expect(flows.size).toBe(10);
    });
  });

  it('is bounded', () => {
    const flows = new FlowTable(new ManualClock(), 2);
    for (const key of ['a', 'b', 'c']) flows.set(key, flowOn('ws'), 60, { addressOfRecord: key });
    expect(flows.size).toBe(2);
    expect(flows.find('a')).toBeUndefined();
  });
});

describe('the idle watch', () => {
  it('ends what is silent and not held', () => {
    const clock = new ManualClock();
    let ended = 0;
    const watch = new IdleWatch(clock, 30_000, {
      end: () => {
        ended += 1;
      },
    });
    clock.advance(20_000);
    watch.touch();
    clock.advance(29_000);
    const release = watch.hold();
    clock.advance(120_000);
    expect(ended).toBe(0);
    release();
    clock.advance(60_000);
    expect(ended).toBe(1);
  });
});

describe('headers of an application', () => {
  const headers = (text: string, transport: TransportName = 'udp') =>
    applicationHeaders(
      parseApplicationSip(new TextEncoder().encode(`X\r\n${text}\r\n\r\n`)),
      flowOn(transport),
    );

  it('lose what is the server’s business', () => {
    expect(headers('v: x\r\nRoute: <sip:a>\r\nrecord-route: <sip:b>\r\nl: 5\r\nSubject: hi')).toEqual([
      { name: 'Subject', value: 'hi' },
    ]);
  });

  it('get the address they are sent from for localhost, but not for a host that only begins so', () => {
    expect(
      headers(
        'f: <sip:a@localhost>\r\nto: sip:b@localhost:5060;x=1\r\nP-Asserted-Identity: <sip:c@localhost.example>',
      ),
    ).toEqual([
      { name: 'From', value: '<sip:a@192.0.2.1:5066>' },
      { name: 'To', value: '<sip:b@192.0.2.1:5066>;x=1' },
      { name: 'P-Asserted-Identity', value: '<sip:c@localhost.example>' },
    ]);
    expect(headers('Subject: a@localhost')).toEqual([{ name: 'Subject', value: 'a@localhost' }]);
  });

  it('name the transport in a Contact of ours', () => {
    expect(headers('contact: <sip:b2b@localhost>', 'ws')[0]?.value).toBe(
      '<sip:b2b@192.0.2.1:5066;transport=ws>',
    );
  });

  it('are spelled as SIP spells them', () => {
    const names = headers('user-agent: a\r\nx-lower: b\r\np-my-thing: c\r\nm: <sip:a>').map(
      ({ name }) => name,
    );
    expect(names).toEqual(['User-Agent', 'x-lower', 'P-My-Thing', 'Contact']);
  });

  it('need a Content-Type unless the body is SDP', () => {
    const body = (text: string) => new TextEncoder().encode(text);
    expect(impliedContentType([], body('v=0\r\n'))).toEqual([
      { name: 'Content-Type', value: 'application/sdp' },
    ]);
    expect(impliedContentType([], body('hello'))).toBe('missing');
    expect(impliedContentType([], body(''))).toEqual([]);
  });
});
