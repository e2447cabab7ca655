import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { TlsCertificate } from '@ringback/drachtio-embedded';
import { type Config, ConfigError } from '@ringback/runtime';
import { generate } from 'selfsigned';

const DAY_MS = 86_400_000;
const VALID_DAYS = 825;
/** A certificate of our own is made anew when it has less than this left. */
const RENEW_DAYS = 30;

type Wanted = Pick<Config, 'sipTlsFiles' | 'dataDir' | 'publicHost' | 'domain'>;

/**
 * The certificate that SIP over TLS and WSS is spoken with: the configured one, else one that signs itself and is kept
 * in the data directory, so that a phone has to be told only once to trust it.
 * @throws ConfigError when a configured file cannot be read.
 */
export async function sipCertificate(config: Wanted): Promise<TlsCertificate> {
  const { sipTlsFiles } = config;
  if (!sipTlsFiles) return ownCertificate(config);
  return {
    cert: await configured('RINGBACK_TLS_CERT', sipTlsFiles.cert),
    key: await configured('RINGBACK_TLS_KEY', sipTlsFiles.key),
  };
}

async function configured(setting: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigError(setting, `cannot be read: ${(error as Error).message}`);
  }
}

async function ownCertificate({ dataDir, publicHost, domain }: Wanted): Promise<TlsCertificate> {
  const directory = join(dataDir, 'tls');
  const files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
  const kept = await keptCertificate(files);
  if (kept && stillServes(new X509Certificate(kept.cert), publicHost)) return kept;
  const made = await selfSigned(publicHost, domain);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(files.key, made.key, { mode: 0o600 });
  await writeFile(files.cert, made.cert);
  return made;
}

async function keptCertificate(files: { cert: string; key: string }): Promise<TlsCertificate | undefined> {
  try {
    return { cert: await readFile(files.cert, 'utf8'), key: await readFile(files.key, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function stillServes(certificate: X509Certificate, host: string): boolean {
  const named = isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host);
  return named !== undefined && Date.parse(certificate.validTo) - Date.now() > RENEW_DAYS * DAY_MS;
}

/** Kinds of a subject alternative name (RFC 5280 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

const altName = (name: string) =>
  isIP(name) ? ({ type: IP_ADDRESS, ip: name } as const) : ({ type: DNS_NAME, value: name } as const);

async function selfSigned(host: string, domain: string): Promise<TlsCertificate> {
  const names = new Set([host, domain, 'localhost', '127.0.0.1', '::1']);
  const { cert, private: key } = await generate([{ name: 'commonName', value: host }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [...names].map(altName) },
    ],
  });
  return { cert, key };
}
