import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { IceDescription } from '../negotiation/ice-description.ts';

export type DtlsCertificate = {
  certificatePem: string;
  privateKeyPem: string;
  /** What descriptions tell of it (RFC 8122). */
  fingerprint: IceDescription['fingerprint'];
};

const LIFE_MS = 10 * 365 * 24 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

type OwnKeys = { privateKey: KeyObject; privateKeyPem: string; publicKey: Buffer };

let keys: OwnKeys | undefined;

/** One pair for all certificates of this process. */
function ownKeys(): OwnKeys {
  if (!keys) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    keys = {
      privateKey,
      privateKeyPem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    };
  }
  return keys;
}

/**
 * A self-signed X.509 certificate (RFC 5280 4.1) on P-256, which every WebRTC peer takes (RFC 8827 6.5). Each path has one of
 * its own: by a fingerprint that it knows, a peer would take a new path for the old one, and not begin DTLS again
 * (RFC 8842 4).
 */
export function newCertificate(nowMs: number): DtlsCertificate {
  const { privateKey, privateKeyPem, publicKey } = ownKeys();
  const algorithm = sequence(der(0x06, ECDSA_WITH_SHA256));
  const name = sequence(der(0x31, sequence(der(0x06, COMMON_NAME), der(0x0c, Buffer.from('ringback')))));
  // A day of grace, for peers whose clock is behind.
  const validity = sequence(utcTime(nowMs - DAY_MS), utcTime(nowMs + LIFE_MS));
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, serialNumber()),
    algorithm,
    name,
    validity,
    name,
    publicKey,
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', toBeSigned, privateKey));
  const certificate = sequence(toBeSigned, algorithm, signature);
  return {
    certificatePem: pem(certificate),
    privateKeyPem,
    fingerprint: { type: 'sha-256', hash: fingerprintOf(certificate) },
  };
}

/** 1.2.840.10045.4.3.2 (RFC 5758 3.2). */
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
/** 2.5.4.3 (RFC 5280 A.1). */
const COMMON_NAME = Buffer.from('550403', 'hex');

/** Tag, length, contents (X.690 8.1). */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** YYMMDDhhmmssZ. */
function utcTime(unixMs: number): Buffer {
  const digits = new Date(unixMs).toISOString().replace(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

/** Positive, and not the same twice. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes;
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}

function fingerprintOf(certificate: Buffer): string {
  const hex = createHash('sha256').update(certificate).digest('hex').toUpperCase();
  return hex.replace(/..(?=.)/g, '$&:');
}
