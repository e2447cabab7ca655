import { describe, expect, it } from 'vitest';
import { header, stampVia, topVia, withHeader, withHeaders, withoutTopVia } from '../src/index.ts';
import { request } from './messages.ts';

const withVia = (...values: string[]) => withHeaders(request('OPTIONS'), 'Via', values);

describe('stampVia', () => {
  it('fills in rport and always received with it (RFC 3581 4)', () => {
    const stamped = stampVia(withVia('SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bK1;rport'), '127.0.0.1', 5062);
    expect(header(stamped, 'Via')).toBe(
      'SIP/2.0/UDP 127.0.0.1:5062;branch=z9hG4bK1;rport=5062;received=127.0.0.1',
    );
  });

  it('fills in rport for a sender that did not ask, when told to', () => {
    const stamped = stampVia(withVia('SIP/2.0/UDP a;branch=z9hG4bK1'), '192.0.2.4', 5062, {
      alwaysPort: true,
    });
    expect(header(stamped, 'Via')).toBe('SIP/2.0/UDP a;branch=z9hG4bK1;received=192.0.2.4;rport=5062');
  });

  it('adds received only when sent-by is another address', () => {
    const same = withVia('SIP/2.0/UDP [::1]:5062;branch=z9hG4bK1');
    expect(stampVia(same, '::1', 9)).toBe(same);
    const named = stampVia(withVia('SIP/2.0/UDP host.example;branch=z9hG4bK1'), '192.0.2.4', 9);
    expect(topVia(named)?.params.get('received')).toBe('192.0.2.4');
  });

  it('takes out a received that the sender wrote itself', () => {
    const forged = withVia('SIP/2.0/UDP 192.0.2.4;received=198.51.100.1;branch=z9hG4bK1');
    expect(header(stampVia(forged, '192.0.2.4', 5060), 'Via')).toBe('SIP/2.0/UDP 192.0.2.4;branch=z9hG4bK1');
  });

  it('touches the topmost value only', () => {
    const two = withVia(
      'SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2',
      'SIP/2.0/UDP c;branch=z9hG4bK3',
    );
    const stamped = stampVia(two, '192.0.2.4', 5060);
    expect(stamped.headers.filter(({ name }) => name === 'Via').map(({ value }) => value)).toEqual([
      'SIP/2.0/UDP a;branch=z9hG4bK1;received=192.0.2.4',
      'SIP/2.0/UDP b;branch=z9hG4bK2',
      'SIP/2.0/UDP c;branch=z9hG4bK3',
    ]);
    expect(topVia(withoutTopVia(two))?.host).toBe('b');
    expect(topVia(withoutTopVia(withoutTopVia(two)))?.host).toBe('c');
  });

  it('leaves an unreadable Via alone', () => {
    const bad = withHeader(request('OPTIONS'), 'Via', 'nonsense');
    expect(stampVia(bad, '192.0.2.4', 5060)).toBe(bad);
  });
});
