import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sipCertificate } from '../src/sip-certificate.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ringback-certificate-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const wanted = (publicHost: string) => ({
  sipTlsFiles: undefined,
  dataDir,
  publicHost,
  domain: 'ringback.local',
});

it('names every way to reach the network, and its key is for nobody else to read', async () => {
  const { cert, key } = await sipCertificate(wanted('192.0.2.10'));
  const certificate = new X509Certificate(cert);
  for (const address of ['192.0.2.10', '127.0.0.1', '::1'])
    expect(certificate.checkIP(address)).toBeDefined();
  for (const name of ['localhost', 'ringback.local']) expect(certificate.checkHost(name)).toBe(name);
  expect(certificate.checkHost('elsewhere.example')).toBeUndefined();
  expect(key).toContain('PRIVATE KEY');
  expect((await stat(join(dataDir, 'tls', 'key.pem'))).mode & 0o777).toBe(0o600);
});

it('stays the same until the network gets another address', async () => {
  const first = await sipCertificate(wanted('192.0.2.10'));
  expect(await sipCertificate(wanted('192.0.2.10'))).toEqual(first);
  const moved = await sipCertificate(wanted('phones.example'));
  expect(moved.cert).not.toBe(first.cert);
  expect(new X509Certificate(moved.cert).checkHost('phones.example')).toBe('phones.example');
});

it('says which setting names a file that cannot be read', async () => {
  const sipTlsFiles = { cert: join(dataDir, 'none.pem'), key: join(dataDir, 'none.pem') };
  await expect(sipCertificate({ ...wanted('127.0.0.1'), sipTlsFiles })).rejects.toThrow(
    /RINGBACK_TLS_CERT: cannot be read: ENOENT/,
  );
});
