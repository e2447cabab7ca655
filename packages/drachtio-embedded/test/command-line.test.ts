import { describe, expect, it } from 'vitest';
import { OPTIONS, USAGE } from '../src/command-line/option-table.ts';
import { readCommandLine, type Settings } from '../src/command-line/settings.ts';

function settings(line: string, environment: Record<string, string> = {}): Settings {
  const command = readCommandLine(line === '' ? [] : line.split(' '), environment);
  if (command.run !== 'server') throw new Error(command.run);
  return command.settings;
}

const options = (line: string, environment?: Record<string, string>) => settings(line, environment).options;

describe('the command line', () => {
  it('alone serves this machine', () => {
    expect(settings('')).toEqual({
      logLevel: 'info',
      notes: [],
      tls: undefined,
      options: {
        contacts: [{ contact: 'sip:127.0.0.1:5060;transport=udp,tcp' }],
        admin: { host: '127.0.0.1', port: 9022, secret: 'cymru' },
      },
    });
  });

  it('gives each contact what follows it', () => {
    const line =
      '--contact sip:10.0.0.1;transport=udp,tcp --external-ip 192.0.2.1 --local-net 10.0.0.0/8 --dns-name a.example' +
      ' -c sip:10.0.0.2;transport=ws,sips:10.0.0.3 -x 192.0.2.2 -n 10.1.0.0/16,10.2.0.0/16 --contact=sip:[::1]';
    expect(options(line).contacts).toEqual([
      {
        contact: 'sip:10.0.0.1;transport=udp,tcp',
        externalHost: '192.0.2.1',
        localNets: ['10.0.0.0/8'],
        dnsNames: ['a.example'],
      },
      {
        contact: 'sip:10.0.0.2;transport=ws',
        externalHost: '192.0.2.2',
        localNets: ['10.1.0.0/16', '10.2.0.0/16'],
      },
      { contact: 'sips:10.0.0.3', externalHost: '192.0.2.2', localNets: ['10.1.0.0/16', '10.2.0.0/16'] },
      { contact: 'sip:[::1]' },
    ]);
  });

  it('takes the ports for applications as drachtio-server does', () => {
    expect(options('-p 9000 --address 0.0.0.0 --secret s --tcp-keepalive-interval 0').admin).toEqual({
      host: '0.0.0.0',
      port: 9000,
      secret: 's',
      keepAliveSec: 0,
    });
    expect(options('--tls-port 9023').admin).toEqual({ host: '127.0.0.1', tlsPort: 9023, secret: 'cymru' });
    expect(options('--tls-port 9023 --port 9022').admin).toMatchObject({ port: 9022, tlsPort: 9023 });
  });

  it('takes certificates, handlers, Homer and Prometheus', () => {
    const line = '--key-file k --cert-file c --chain-file d --min-tls-version 1.0 --mtu 4096';
    expect(settings(line)).toMatchObject({
      tls: { keyFile: 'k', certFile: 'c', chainFile: 'd', minVersion: 'TLSv1.2', verifyClients: false },
      options: { mtu: 4096 },
    });
    expect(options('--http-handler http://a/ --http-method post').requestHandlers).toEqual([
      { method: '*', url: 'http://a/', httpMethod: 'POST' },
    ]);
    expect(options('--user-agent-options-auto-respond probe').userAgentOptionsAutoRespond).toBe('probe');
    expect(options('--aggressive-nat-detection').natDetection).toBe('aggressive');
    expect(options('-I --disable-nat-detection').natDetection).toBe('off');
    expect(options('--cdrs').cdrs).toBe(true);
    expect(options('--reject-register-with-no-realm').guard).toMatchObject({
      rejectRegisterWithNoRealm: true,
    });
    expect(options('--exempt-net 192.0.2.0/24 --exempt-net 2001:db8::/32').guard).toMatchObject({
      exempt: ['192.0.2.0/24', '2001:db8::/32'],
    });
    expect(() => options('--exempt-net intranet')).toThrow(
      '--exempt-net must be a network like 192.0.2.0/24',
    );
    expect(options('--dns-server 192.0.2.53 --dns-server [2001:db8::53]:5300').dns).toEqual({
      servers: ['192.0.2.53', '[2001:db8::53]:5300'],
    });
    expect(() => options('--dns-server ns.example')).toThrow(
      '--dns-server must be an address like 192.0.2.53 or [2001:db8::53]:53, and not "ns.example"',
    );
    expect(options('--homer 192.0.2.1 --homer-id 7').hep).toEqual({
      host: '192.0.2.1',
      port: 9060,
      captureId: 7,
    });
    expect(options('--homer homer.example:9061').hep).toMatchObject({ host: 'homer.example', port: 9061 });
    expect(options('--prometheus-scrape-port 9090').prometheus).toMatchObject({
      host: '0.0.0.0',
      port: 9090,
    });
    expect(options('--prometheus-scrape-port 10.0.1.5:9090').prometheus).toMatchObject({ host: '10.0.1.5' });
  });

  it.each([
    ['notice', 'error'],
    ['warning', 'warn'],
    ['debug', 'debug'],
    ['silent', 'silent'],
  ])('shows as much of the log as %s means', (word, level) => {
    expect(settings(`--loglevel ${word}`).logLevel).toBe(level);
  });

  it('comes before the environment', () => {
    const environment = {
      DRACHTIO_SECRET: 'hidden',
      DRACHTIO_ADMIN_TCP_PORT: '9999',
      DRACHTIO_HOMER_ADDRESS: '192.0.2.1',
      DRACHTIO_HOMER_PORT: '9061',
      DRACHTIO_HOMER_ID: '101',
      DRACHTIO_MEMORY_DEBUG: '0',
    };
    const read = settings('--port 9000', environment);
    expect(read.options.admin).toMatchObject({ port: 9000, secret: 'hidden' });
    expect(read.options.hep).toEqual({ host: '192.0.2.1', port: 9061, captureId: 101 });
    expect(read.notes).toEqual([]);
  });

  it('says what has no effect', () => {
    const line = '--noconfig --stdout --sofia-loglevel 9 --memory-debug --user drachtio --dh-param dh.pem';
    const { notes } = settings(line);
    expect(notes).toHaveLength(6);
    expect(notes[2]).toBe('--sofia-loglevel has no effect: use --loglevel');
    expect(settings('', { DRACHTIO_MEMORY_DEBUG: '1' }).notes[0]).toMatch(
      /^DRACHTIO_MEMORY_DEBUG has no effect/,
    );
  });

  it.each([
    [
      '--file /etc/drachtio.conf.xml',
      '--file is not supported by this server: write its settings as options',
    ],
    ['-f x', '-f is not supported'],
    ['--daemon', '--daemon is not supported'],
    ['--blacklist-redis-address r', '--blacklist-redis-address is not supported'],
    ['--secrt x', 'unknown option --secrt; did you mean --secret?'],
    ['--ext 1.2.3.4', 'did you mean --external-ip?'],
    ['--nonsense', 'unknown option --nonsense; --help lists them all'],
    ['-q', 'unknown option -q'],
    ['--port', '--port needs a value: PORT'],
    ['--help=now', '--help takes no value'],
    ['stray', 'unexpected argument "stray"'],
    ['--port http', '--port must be a number from 0 to 65535, and not "http"'],
    ['--external-ip 1.2.3.4', '--external-ip must follow the --contact it belongs to'],
    ['-c sip:a -x 1.2.3.4 -x 1.2.3.5', '-x was given twice for the contact sip:a'],
    ['--mtu 100', '--mtu must be a number from 1000 to'],
    ['--http-handler http://a --http-method PUT', '--http-method must be GET or POST'],
    ['--homer a:b:c', '--homer must be host:port'],
    ['--homer-id 0', '--homer-id must be a number from 1'],
    ['--prometheus-scrape-port x', '--prometheus-scrape-port must be a port or host:port'],
    ['--key-file k', '--key-file and --cert-file go together'],
    ['--min-tls-version 2', '--min-tls-version must be 1.2 or 1.3'],
    ['--loglevel loud', '--loglevel must be notice, error, warning, info or debug'],
  ])('%s is refused', (line, message) => {
    expect(() => settings(line)).toThrow(message);
  });

  it('names the variable that is wrong', () => {
    expect(() => settings('', { DRACHTIO_ADMIN_TLS_PORT: 'x' })).toThrow('DRACHTIO_ADMIN_TLS_PORT must be');
  });

  it('lists every option', () => {
    expect(readCommandLine(['-h'], {})).toEqual({ run: 'help' });
    expect(readCommandLine(['--version'], {})).toEqual({ run: 'version' });
    for (const { name } of OPTIONS) expect(USAGE).toContain(`--${name}`);
    for (const line of USAGE.split('\n').slice(0, -2)) expect(line.length).toBeLessThan(160);
  });
});
