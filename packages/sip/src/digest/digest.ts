import { createHash, timingSafeEqual } from 'node:crypto';
import { type AuthValue, formatAuth } from './auth-header.ts';

/** RFC 8760 2.1: the algorithms of SIP digest, in the order in which a server should offer them. */
export const digestAlgorithms = ['SHA-512-256', 'SHA-256', 'MD5'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

const hashNames: Record<DigestAlgorithm, string> = {
  'SHA-512-256': 'sha512-256',
  'SHA-256': 'sha256',
  MD5: 'md5',
};

/** Hexadecimal text in lower case. */
export function hashHex(algorithm: DigestAlgorithm, text: string): string {
  return createHash(hashNames[algorithm]).update(text, 'utf8').digest('hex');
}

/** The algorithm that a parameter names; MD5 when there is none (RFC 8760 2.4), undefined for one that we do not know. */
export function parseAlgorithm(name: string | undefined): DigestAlgorithm | undefined {
  if (name === undefined) return 'MD5';
  const upper = name.toUpperCase();
  return digestAlgorithms.find((algorithm) => algorithm === upper);
}

/** H(user:realm:password), which is all that a server needs to keep (RFC 7616 3.4.2). */
export function computeHa1(
  algorithm: DigestAlgorithm,
  username: string,
  realm: string,
  password: string,
): string {
  return hashHex(algorithm, `${username}:${realm}:${password}`);
}

export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  /** From `computeHa1`. */
  readonly ha1: string;
  readonly method: string;
  /** The `uri` parameter as the sender wrote it. */
  readonly uri: string;
  readonly nonce: string;
  /** Undefined: the form without qop of RFC 2069, for old phones. */
  readonly qop?: { readonly value: 'auth'; readonly nc: string; readonly cnonce: string };
}

/** The `response` value for qop=auth or no qop (RFC 7616 3.4.1). */
export function digestResponse({ algorithm, ha1, method, uri, nonce, qop }: DigestInput): string {
  const ha2 = hashHex(algorithm, `${method}:${uri}`);
  const middle = qop === undefined ? nonce : `${nonce}:${qop.nc}:${qop.cnonce}:${qop.value}`;
  return hashHex(algorithm, `${ha1}:${middle}:${ha2}`);
}

/** What digest credentials say, once their parameters are complete and well-formed. */
export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly qop: { readonly value: 'auth'; readonly nc: string; readonly cnonce: string } | undefined;
  readonly opaque: string | undefined;
}

type Qop = DigestCredentials['qop'];

function readQop(params: ReadonlyMap<string, string>): { qop: Qop } | undefined {
  const value = params.get('qop');
  if (value === undefined) return { qop: undefined };
  const nc = params.get('nc') ?? '';
  const cnonce = params.get('cnonce') ?? '';
  if (value.toLowerCase() !== 'auth' || !/^[0-9a-fA-F]{8}$/.test(nc) || cnonce === '') return undefined;
  return { qop: { value: 'auth', nc, cnonce } };
}

/** The digest credentials in a parsed Authorization value; undefined for another scheme, algorithm or qop, or when a part is missing. */
export function digestCredentials({ scheme, params }: AuthValue): DigestCredentials | undefined {
  const algorithm = parseAlgorithm(params.get('algorithm'));
  const qop = readQop(params);
  if (scheme.toLowerCase() !== 'digest' || algorithm === undefined || qop === undefined) return undefined;
  const [username, realm, nonce, uri, response] = ['username', 'realm', 'nonce', 'uri', 'response'].map(
    (name) => params.get(name),
  );
  if (username === undefined || realm === undefined || nonce === undefined || !uri || !response)
    return undefined;
  return { username, realm, nonce, uri, response, algorithm, ...qop, opaque: params.get('opaque') };
}

/** True when the credentials fit the method and HA1. The comparison takes the same time wherever they differ. */
export function verifyDigest(credentials: DigestCredentials, method: string, ha1: string): boolean {
  const { algorithm, uri, nonce, qop } = credentials;
  const input = { algorithm, ha1, method, uri, nonce };
  const expected = digestResponse(qop === undefined ? input : { ...input, qop });
  return equalInConstantTime(expected, credentials.response.toLowerCase());
}

/** Compares two texts in a time that depends on their lengths only. */
export function equalInConstantTime(a: string, b: string): boolean {
  const left = Buffer.from(a, 'utf8');
  const right = Buffer.from(b, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}

export interface Challenge {
  readonly algorithm: DigestAlgorithm;
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  /** True: the credentials were right but the nonce is too old. */
  readonly stale?: boolean;
}

/** The value of one WWW-Authenticate or Proxy-Authenticate line; several algorithms are several lines (RFC 8760 2.3). */
export function formatChallenge({ algorithm, realm, nonce, opaque, stale }: Challenge): string {
  const params = new Map([
    ['realm', realm],
    ['nonce', nonce],
  ]);
  if (opaque !== undefined) params.set('opaque', opaque);
  if (stale === true) params.set('stale', 'true');
  params.set('algorithm', algorithm).set('qop', 'auth');
  return formatAuth({ scheme: 'Digest', params });
}
