import { describe, expect, it } from 'vitest';
import { OPTIONS, USAGE } from '../src/command-line/option-table.ts';
import { readCommandLine, type Settings } from '../src/command-line/settings.ts';

function settings(line: string): Settings {
  const command = readCommandLine(line === '' ? [] : line.split(' '));
  if (command.run !== 'server') throw new Error(command.run);
  return command.settings;
}

describe('command line', () => {
  it('has defaults on loopback', () => {
    expect(settings('')).toEqual({
      logLevel: 'info',
      https: undefined,
      notes: [],
      options: {
        host: '127.0.0.1',
        ngHost: '127.0.0.1',
        ngPort: 22_222,
        rtpPorts: { min: 30_000, max: 40_000 },
        processes: 1,
      },
    });
  });

  it.each<[string, object]>([
    ['--listen-ng=0.0.0.0:2223', { ngHost: '0.0.0.0', ngPort: 2223 }],
    ['-n 2223', { ngHost: '127.0.0.1', ngPort: 2223 }],
    ['--listen-ng=[::1]:2223', { ngHost: '::1', ngPort: 2223 }],
    ['--listen-tcp-ng=2224', { ngTcp: { host: '127.0.0.1', port: 2224 } }],
    ['--listen-ng-tcp=2224', { ngTcp: { host: '127.0.0.1', port: 2224 } }],
    ['--listen-http=localhost:8080', { http: { host: 'localhost', port: 8080 } }],
    ['-m 30000 -M 30999', { rtpPorts: { min: 30_000, max: 30_999 } }],
    ['--timeout=30 --silent-timeout=600', { mediaTimeoutSec: 30, silentTimeoutSec: 600 }],
    ['--offer-timeout=60 --final-timeout=7200', { offerTimeoutSec: 60, finalTimeoutSec: 7200 }],
    ['--recording-dir=/tmp/x', { recordingDir: '/tmp/x' }],
    ['--homer=10.0.0.9:9060', { homer: { host: '10.0.0.9', port: 9060, protocol: 'udp', captureId: 2001 } }],
    ['--homer=h:1 --homer-protocol=tcp --homer-id=7', { homer: { protocol: 'tcp', captureId: 7 } }],
    ['--num-threads=4', { processes: 4 }],
    ['--interface=10.0.0.5!203.0.113.1', { host: '10.0.0.5', advertisedHost: '203.0.113.1' }],
    ['--interface=2001:db8::1', { host: '2001:db8::1' }],
    ['--interface=[2001:db8::1]![2001:db8::2]', { host: '2001:db8::1', advertisedHost: '2001:db8::2' }],
    [
      '--interface=pub/10.0.0.5!203.0.113.1 -i priv/192.168.0.1',
      {
        host: '10.0.0.5',
        interfaces: [
          { name: 'pub', host: '10.0.0.5', advertisedHost: '203.0.113.1' },
          { name: 'priv', host: '192.168.0.1' },
        ],
      },
    ],
    [
      '-i 10.0.0.5 -i 2001:db8::1',
      { host: '10.0.0.5', interfaces: [{ name: 'default', host: '2001:db8::1' }] },
    ],
  ])('reads %s', (line, options) => {
    expect(settings(line).options).toMatchObject(options);
  });

  it('reads the rest', () => {
    expect(settings('--log-level=7').logLevel).toBe('debug');
    expect(settings('-L warn').logLevel).toBe('warn');
    expect(settings('--listen-https=443 --https-cert=c.pem --https-key=k.pem').https).toEqual({
      host: '127.0.0.1',
      port: 443,
      certFile: 'c.pem',
      keyFile: 'k.pem',
    });
    expect(readCommandLine(['-h'])).toEqual({ run: 'help' });
    expect(readCommandLine(['--version'])).toEqual({ run: 'version' });
  });

  it('takes what rtpengine is mostly started with, and says what has no effect', () => {
    const line = '--config-file=none --table=-1 --foreground --log-stderr --delete-delay=0 --tos=184';
    expect(settings(line).notes).toEqual([
      expect.stringContaining('--table has no effect'),
      expect.stringContaining('--foreground has no effect'),
      expect.stringContaining('--log-stderr has no effect'),
      expect.stringContaining('--delete-delay has no effect'),
      expect.stringContaining('--tos has no effect'),
    ]);
  });

  it.each([
    ['--interface=nowhere', '--interface must be like'],
    ['--interface=10.0.0.1!nowhere', '--interface must be like'],
    ['--listen-ng=x', '--listen-ng must be ADDRESS:PORT'],
    ['--listen-ng=1 --listen-ng=2', '--listen-ng was given twice'],
    ['--listen-ng=99999', '--listen-ng must be ADDRESS:PORT'],
    ['--port-min=70000', '--port-min must be a number from 1024 to 65535, and not "70000"'],
    ['--port-max=30001', '--port-max must leave room'],
    ['--port-max=30010 --num-threads=3', '--port-max must leave room'],
    ['--timeout=0', '--timeout must be a number from 1'],
    ['--num-threads=0', '--num-threads must be'],
    ['--homer=h', '--homer must be ADDRESS:PORT'],
    ['--homer=h:1 --homer-protocol=sctp', '--homer-protocol must be udp or tcp'],
    ['--listen-https=443', '--https-cert'],
    ['--log-level=9', '--log-level must be'],
    ['--config-file=/etc/rtpengine.conf', 'write the settings as options'],
    ['--listen-cli=9900', '--listen-cli is not supported: use the NG protocol'],
    ['--redis=127.0.0.1:6379/1', '--redis is not supported'],
    ['--listen-ng-udp=1', 'unknown option --listen-ng-udp; did you mean --listen-ng?'],
    ['--ng-listen=1', 'did you mean --listen-ng?'],
    ['--made-up=1', 'unknown option --made-up; --help lists them all'],
    ['--foreground=yes', '--foreground takes no value'],
    ['--listen-ng', '--listen-ng needs a value'],
    ['22222', 'unexpected argument "22222"'],
  ])('refuses %s in one line that says what to do', (line, message) => {
    expect(() => settings(line)).toThrow(message);
  });

  it('lists every option in its help', () => {
    for (const { name } of OPTIONS) expect(USAGE).toContain(`--${name}`);
  });
});
