import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { newCertificate } from '../src/transport/dtls-certificate.ts';

const NOW_MS = Date.UTC(2026, 1, 3, 4, 5, 6);

it('makes a certificate that proves itself', () => {
  const { certificatePem, privateKeyPem, fingerprint } = newCertificate(NOW_MS);
  const certificate = new X509Certificate(certificatePem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(privateKeyPem))).toBe(true);
  expect(fingerprint).toEqual({ type: 'sha-256', hash: certificate.fingerprint256 });
  expect(Date.parse(certificate.validFrom)).toBe(NOW_MS - 24 * 60 * 60 * 1000);
  expect(certificate.subject).toBe('CN=ringback');
  expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
});

it('makes another each time, so that a peer can tell a new path', () => {
  expect(newCertificate(NOW_MS).fingerprint).not.toEqual(newCertificate(NOW_MS).fingerprint);
});
