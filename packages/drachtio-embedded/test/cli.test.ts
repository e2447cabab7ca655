import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { run } from '@ringback/testing';
import Srf from 'drachtio-srf';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const start = (...args: string[]) =>
  run(process.execPath, ['--import', 'tsx', 'packages/drachtio-embedded/src/cli.ts', ...args], {
    cwd: root,
    env: {},
  });

it('starts with drachtio-server’s options, serves an application and ends at SIGTERM', async () => {
  const server = start(
    ...['--noconfig', '--contact', 'sip:127.0.0.1:0;transport=udp,tcp', '--contact', 'sips:127.0.0.1:0'],
    ...['--port', '0', '--tls-port', '0', '--secret', 'hidden', '--prometheus-scrape-port', '127.0.0.1:0'],
    ...['--key-file', fixture('localhost.key.pem'), '--cert-file', fixture('localhost.cert.pem')],
  );
  const [, text] = await server.printed(/(\{[^\n]*"msg":"ready"[^\n]*\})/);
  const ready = JSON.parse(text!) as { sip: string[]; adminPort: number; prometheusPort: number };
  expect(ready.sip.map((hostport) => hostport.split('/')[0])).toEqual(['udp', 'tcp', 'tls']);
  expect(server.output()).toContain('--noconfig has no effect');
  const srf = new Srf();
  srf.on('error', () => undefined);
  srf.connect({ host: '127.0.0.1', port: ready.adminPort, secret: 'hidden' });
  expect((await once(srf, 'connect'))[0]).toBeNull();
  const metrics = await (await fetch(`http://127.0.0.1:${ready.prometheusPort}/metrics`)).text();
  expect(metrics).toMatch(/^drachtio_app_connections 1$/m);
  expect(metrics).toMatch(/^process_cpu_seconds_total /m);
  srf.disconnect();
  expect(await server.stop()).toBe(0);
  expect(server.output()).not.toContain('hidden');
});

it.each([
  [['--nonsense'], /^drachtio: unknown option --nonsense/m],
  [['--contact', 'sip:nowhere.example'], /^drachtio: contact "sip:nowhere.example": the host must be/m],
  [['--key-file', '/nowhere', '--cert-file', '/nowhere'], /^drachtio: --key-file \/nowhere cannot be read/m],
])('%s is refused in one line', async (args, line) => {
  const server = start(...args);
  expect(await server.ended()).toBe(1);
  expect(server.output()).toMatch(line);
  expect(server.output().trim().split('\n')).toHaveLength(1);
});
