import { describe, expect, it } from 'vitest';
import { remaining } from '../src/format/time.ts';
import { inWords } from '../src/phones/phone-rows.ts';
import { baresipAccount, provisioningUrl, settingsOf } from '../src/phones/phone-settings.ts';

const secret = {
  number: '1004',
  displayName: null,
  password: 'kufa-lomi-reba-42',
  provisioning: {
    url: 'http://192.0.2.7:3000/provisioning/x',
    expiresAt: '2026-01-01T00:00:00.000Z',
    files: { udp: '', tcp: '', tls: '' },
  },
};
const settings = (host: string) => ({
  domain: 'ringback.local',
  sip: { host, port: 5060, tlsPort: 5061 },
  exposed: true,
  keepCallsDays: null,
});

describe('the settings of a phone', () => {
  it('name the port of the transport', () => {
    const value = (transport: 'udp' | 'tls') =>
      Object.fromEntries(
        settingsOf(secret, settings('192.0.2.7'), transport).map((each) => [each.name, each.value]),
      );
    expect(value('udp')).toMatchObject({ Username: '1004', Server: '192.0.2.7:5060', Transport: 'UDP' });
    expect(value('tls')).toMatchObject({ Server: '192.0.2.7:5061', Transport: 'TLS' });
  });

  it('are a line of baresip, also for IPv6', () => {
    expect(baresipAccount(secret, settings('2001:db8::1'), 'tcp')).toBe(
      '<sip:1004@[2001:db8::1]:5060;transport=tcp>;auth_user=1004;auth_pass=kufa-lomi-reba-42',
    );
  });

  it('are fetched for one transport', () => {
    expect(provisioningUrl(secret, 'tls')).toBe('http://192.0.2.7:3000/provisioning/x?transport=tls');
  });
});

it('tells of registrations in a few words, and what is left of them', () => {
  expect(inWords([])).toBe('');
  expect(inWords([{ transport: 'udp' }])).toBe('udp');
  expect(inWords([{ transport: 'wss' }, { transport: 'udp' }, { transport: 'udp' }])).toBe(
    '3 phones: udp, wss',
  );
  const now = Date.parse('2026-01-01T00:00:00.000Z');
  expect(remaining('2026-01-01T00:01:58.200Z', now)).toBe('1:59');
  expect(remaining('2025-12-31T23:00:00.000Z', now)).toBe('0:00');
});
