import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { CallDetail } from '@ringback/contracts';
import { type RunningProcess, run } from '@ringback/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { BARESIP, startBaresip } from './support/baresip.ts';
import { healthy, networkOf, ROOT, SUBSCRIBERS, settings, speak, startNetwork } from './support/network.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function npmStart(env: Record<string, string>): RunningProcess {
  const started = run(process.execPath, ['scripts/start.mjs'], { cwd: ROOT, env });
  closers.push(() => started.stop());
  return started;
}

/** Settings of a network that has never run. */
async function fresh(more: Record<string, string> = {}): Promise<Record<string, string>> {
  const env = { ...(await settings()), ...more };
  closers.push(() => rm(env.RINGBACK_DATA_DIR ?? '', { recursive: true, force: true }));
  return env;
}

const register = (number: string) =>
  [
    'REGISTER sip:ringback.local SIP/2.0',
    'Via: SIP/2.0/TLS phone.invalid;branch=z9hG4bKtls;rport',
    `From: <sip:${number}@ringback.local>;tag=1`,
    `To: <sip:${number}@ringback.local>`,
    'Call-ID: over-tls',
    'CSeq: 1 REGISTER',
    'Max-Forwards: 70',
    'Content-Length: 0\r\n\r\n',
  ].join('\r\n');

describe('npm start', () => {
  it('makes subscribers at the first start and shows their passwords this once', async () => {
    const env = await fresh({ RINGBACK_SUBSCRIBERS: '' });
    const first = npmStart(env);
    await first.printed(/dial .*\n/);
    const shown = [...first.output().matchAll(/^ +(100\d) {2}(\S{8,}) {2}(\w+)$/gm)].map((match) =>
      match.slice(1),
    );
    expect(shown.map(([number, , name]) => [number, name])).toEqual([
      ['1001', 'Alice'],
      ['1002', 'Bob'],
      ['1003', 'Carol'],
    ]);
    expect(first.output()).toContain(`http://localhost:${env.RINGBACK_HTTP_PORT}`);
    expect(await first.stop()).toBe(0);

    if (BARESIP) {
      const again = npmStart(env);
      await again.printed(/dial .*\n/);
      expect(again.output()).not.toContain('password');
      const phone = await startBaresip({
        number: '1001',
        password: shown[0]?.[1] ?? '',
        registrar: { host: '127.0.0.1', port: Number(env.RINGBACK_SIP_PORT) },
      });
      closers.push(() => phone.stop());
      await phone.event('REGISTER_OK');
    }
  });

  it('speaks TLS with a certificate of its own, the same after a restart', async () => {
    const env = await fresh();
    const fingerprints: string[] = [];
    for (let run = 0; run < 2; run++) {
      const network = npmStart(env);
      await network.printed(/ready in/);
      const ca = await readFile(join(env.RINGBACK_DATA_DIR ?? '', 'tls', 'cert.pem'));
      const socket = connect({ host: '127.0.0.1', port: Number(env.RINGBACK_SIP_TLS_PORT), ca });
      socket.write(register('1001'));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^SIP\/2.0 401 /);
      fingerprints.push(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
      expect(await network.stop()).toBe(0);
    }
    expect(fingerprints[1]).toBe(fingerprints[0]);
  });

  it.each([
    ['RINGBACK_HTTP_PORT', 'eighty'],
    ['RINGBACK_HTPP_PORT', '8080'],
    ['RINGBACK_SUBSCRIBERS', '1001'],
    ['DRACHTIO_URL', 'http://127.0.0.1'],
  ])('refuses %s=%s with one line that names it', async (name, value) => {
    const started = npmStart(await fresh({ [name]: value }));
    expect(await started.ended()).toBe(1);
    expect(started.output().trim().split('\n')).toEqual([expect.stringContaining(`ringback: ${name}: `)]);
  });

  it.each([
    ['RINGBACK_HTTP_PORT', 'RINGBACK_HTTP_PORT'],
    ['RINGBACK_SIP_PORT', 'RINGBACK_SIP_PORT'],
    ['RINGBACK_SIP_TLS_PORT', '_TLS_PORT'],
    ['RINGBACK_SIP_WS_PORT', '_WS_PORT'],
    ['RINGBACK_SIP_WSS_PORT', '_WSS_PORT'],
  ])('says which setting helps when the port of %s is taken', async (name, said) => {
    const taker = createServer().listen(0, '127.0.0.1');
    await once(taker, 'listening');
    closers.push(async () => taker.close());
    const { port } = taker.address() as { port: number };
    const started = npmStart(await fresh({ [name]: String(port) }));
    expect(await started.ended()).toBe(1);
    expect(started.output()).toMatch(new RegExp(`^ringback: .*${said}.*${port}.*another port$`, 'm'));
    expect(started.output().trim().split('\n')).toHaveLength(1);
  });

  it('refuses a Node that is too old with one line', async () => {
    const script = `import('./scripts/preparation.mjs').then(({ requireNode }) => requireNode('20.18.1'))`;
    const old = run(process.execPath, ['-e', script], { cwd: ROOT });
    expect(await old.ended()).toBe(1);
    expect(old.output().trim()).toMatch(/^ringback: Node 20\.18\.1 is too old; install Node 20\.19 or newer/);
  });

  it.skipIf(!BARESIP)(
    'ends calls, writes records and exits 0 on SIGTERM, with no secret in its log',
    async () => {
      const env = await fresh({ RINGBACK_LOG_LEVEL: 'debug' });
      const network = await startNetwork(env);
      closers.push(() => network.stop());
      await healthy(network);
      const phone = await startBaresip({
        number: '1001',
        password: SUBSCRIBERS['1001'],
        registrar: network.sip,
        answer: 'auto',
      });
      closers.push(() => phone.stop());
      await phone.event('REGISTER_OK');
      const id = await speak(network, '1001', 'One sentence after another. '.repeat(30));
      await phone.event('CALL_ESTABLISHED');
      expect(await network.processes[0]?.stop()).toBe(0);
      await phone.event('CALL_CLOSED');
      for (const password of Object.values(SUBSCRIBERS)) expect(network.output()).not.toContain(password);

      const again = npmStart({ ...env, RINGBACK_LOG_LEVEL: 'warn' });
      await again.printed(/ready in/);
      const record = await networkOf(env, [again]).api<CallDetail>(`/api/calls/${id}`);
      expect(record.body).toMatchObject({ status: 'completed', end: { by: 'network' } });
    },
  );
});
