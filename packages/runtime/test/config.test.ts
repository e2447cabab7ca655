import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, parseConfig } from '../src/index.ts';

const parse = (settings: Record<string, string>) => parseConfig(settings, '/srv/ringback');

describe('the configuration', () => {
  it('has a default for everything', () => {
    const config = parse({});
    expect(config).toMatchObject({
      host: '127.0.0.1',
      publicHost: '127.0.0.1',
      httpPort: 3000,
      sipPort: 5060,
      sipWsPort: 5066,
      rtpPorts: { min: 30000, max: 30999 },
      domain: 'ringback.local',
      dataDir: '/srv/ringback/data',
      exposed: false,
      subscribers: [],
    });
    expect(config.drachtio).toBeUndefined();
    expect(config.databaseUrl).toBeUndefined();
  });

  it('takes addresses of external servers', () => {
    const config = parse({
      DRACHTIO_URL: 'tcp://:cym%23ru@10.0.0.1:9023',
      RTPENGINE_URL: 'udp://rtpengine:22222',
      DATABASE_URL: 'postgres://u:p@db/ringback',
      NATS_URL: 'nats://nats:4222',
    });
    expect(config.drachtio).toEqual({ host: '10.0.0.1', port: 9023, secret: 'cym#ru' });
    expect(config.rtpengine).toEqual({ host: 'rtpengine', port: 22222 });
    expect(config.databaseUrl).toBe('postgres://u:p@db/ringback');
    expect(config.natsUrl).toBe('nats://nats:4222');
  });

  it('records and shows keys as it is told, and has its own mind about recording', () => {
    expect(parse({})).toMatchObject({ maskDtmf: false });
    expect(parse({}).recordCalls).toBeUndefined();
    const told = parse({ RINGBACK_RECORD_CALLS: 'no', RINGBACK_MASK_DTMF: 'yes' });
    expect(told).toMatchObject({ recordCalls: false, maskDtmf: true });
    expect(() => parse({ RINGBACK_RECORD_CALLS: 'maybe' })).toThrow('"maybe" is none of yes, no');
  });

  it('reads subscribers, with and without a name', () => {
    expect(parse({ RINGBACK_SUBSCRIBERS: '1001:secret:Alice Cooper, 1002:hunter2' }).subscribers).toEqual([
      { number: '1001', password: 'secret', displayName: 'Alice Cooper' },
      { number: '1002', password: 'hunter2', displayName: undefined },
    ]);
  });

  it('is exposed on any address but loopback', () => {
    expect(parse({ RINGBACK_HOST: '0.0.0.0' }).exposed).toBe(true);
    expect(parse({ RINGBACK_HOST: '::1' }).sipWsUrl).toBe('ws://[::1]:5066/');
  });

  it.each([
    [{ RINGBACK_HTTP_PORT: '99999' }, 'RINGBACK_HTTP_PORT: "99999" is not a port'],
    [{ RINGBACK_SIP_PORT: '50 60' }, 'RINGBACK_SIP_PORT: "50 60" is not a port'],
    [{ RINGBACK_RTP_PORTS: '31000-30000' }, 'RINGBACK_RTP_PORTS: "31000-30000" is not a port range'],
    [{ RINGBACK_MEDIA_PROCESSES: '0' }, 'RINGBACK_MEDIA_PROCESSES: "0" is not a whole number from 1 to 64'],
    [{ RINGBACK_HOST: 'localhost' }, 'RINGBACK_HOST: "localhost" is not an IP address'],
    [{ RINGBACK_HOSTS: 'x' }, 'RINGBACK_HOSTS: no such setting; known are RINGBACK_HOST,'],
    [
      { RINGBACK_SUBSCRIBERS: '1001' },
      'RINGBACK_SUBSCRIBERS: the password of 1001 has fewer than 4 characters',
    ],
    [{ RINGBACK_SUBSCRIBERS: '486:abcdef' }, 'RINGBACK_SUBSCRIBERS: 486 is taken by the dial plan'],
    [{ RINGBACK_SUBSCRIBERS: '1001:abcdef,1001:abcdef' }, 'RINGBACK_SUBSCRIBERS: 1001 stands there twice'],
    [
      { RINGBACK_KEEP_CALLS: 'a week' },
      'RINGBACK_KEEP_CALLS: "a week" is not a whole number from 1 to 36500 (days), or forever',
    ],
    [{ RINGBACK_TOKEN: 'short' }, 'RINGBACK_TOKEN: give at least 16'],
    [{ RINGBACK_LOG_LEVEL: 'loud' }, 'RINGBACK_LOG_LEVEL: "loud" is none of fatal,'],
    [{ DRACHTIO_URL: 'tcp://127.0.0.1:9022' }, 'DRACHTIO_URL: no secret'],
    [{ DATABASE_URL: 'mysql://db' }, 'DATABASE_URL: not an address of the form postgres://'],
    [{ ELEVENLABS_BASE_URL: 'nonsense' }, 'ELEVENLABS_BASE_URL: not an address'],
  ])('refuses %o in one line that names the setting', (settings, line) => {
    expect(() => parse(settings)).toThrow(ConfigError);
    expect(() => parse(settings)).toThrow(line);
  });

  it('never repeats a password in an error', () => {
    expect(() => parse({ RINGBACK_SUBSCRIBERS: '10 01:topsecret' })).toThrow(
      expect.not.stringContaining('topsecret'),
    );
  });

  it('reads .env of its directory', () => {
    const directory = mkdtempSync(join(tmpdir(), 'ringback-config-'));
    writeFileSync(
      join(directory, '.env'),
      'ELEVENLABS_API_KEY="key"\nELEVENLABS_BASE_URL=http://127.0.0.1:8123/\n',
    );
    expect(loadConfig(directory).elevenLabs).toEqual({ apiKey: 'key', baseUrl: 'http://127.0.0.1:8123' });
  });
});
