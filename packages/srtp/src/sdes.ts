import { type CryptoSuite, cryptoSuite } from './crypto-suite.ts';
import type { SrtpSessionOptions } from './transform.ts';

/** One `a=crypto` line (RFC 4568 9.1): keys for what its writer sends. */
export type CryptoAttribute = SrtpSessionOptions & {
  /** Joins an answer to its offer; 1..999999999. */
  tag: number;
  /** Packets that the writer will send under this key at most. It is told, not counted by this side. */
  lifetime?: number | undefined;
};

/** A line that cannot be used: its tag if it had one, and why. */
export type CryptoRefusal = { tag: number | undefined; refused: string };

const MAX_LIFETIME = 2 ** 48;
const MAX_MKI_LENGTH = 128;

/**
 * Reads the value of `a=crypto`. What would change the bytes of packets in a way that is not spoken here is refused: other
 * suites, several keys, a key derivation rate, forward error correction, packets without authentication. A parameter
 * that begins with a dash may be ignored (RFC 4568 6.3.7).
 */
export function readCrypto(value: string): CryptoAttribute | CryptoRefusal {
  const [tagText = '', suiteName = '', keyParams = '', ...parameters] = value.trim().split(/\s+/);
  const tag = /^\d{1,9}$/.test(tagText) ? Number(tagText) : undefined;
  if (!tag) return { tag, refused: 'the tag is not a number above 0' };
  const suite = cryptoSuite(suiteName);
  if (!suite) return { tag, refused: `crypto suite ${suiteName} is not known` };
  const key = readKey(keyParams, suite);
  if (typeof key === 'string') return { tag, refused: key };
  const unusable = parameters.find((parameter) => !isUsable(parameter));
  if (unusable !== undefined) return { tag, refused: `session parameter ${unusable} is not supported` };
  return {
    tag,
    suite,
    ...key,
    unencryptedRtp: parameters.includes('UNENCRYPTED_SRTP'),
    unencryptedRtcp: parameters.includes('UNENCRYPTED_SRTCP'),
  };
}

function isUsable(parameter: string): boolean {
  // RFC 4568 6.3.1: a rate of 0 is none. 6.3.6: WSH is a hint, and our replay list is longer than its least.
  return parameter === 'KDR=0' || /^(-|WSH=\d+$|UNENCRYPTED_SRTC?P$)/.test(parameter);
}

/** RFC 4568 6.1: `inline:` key and salt, then lifetime and MKI, either of which may be missing. */
function readKey(
  text: string,
  suite: CryptoSuite,
): Pick<CryptoAttribute, 'master' | 'lifetime' | 'mki'> | string {
  if (!text.startsWith('inline:')) return 'the key is not given inline';
  if (text.includes(';')) return 'several keys in one line are not supported';
  const [base64 = '', ...rest] = text.slice('inline:'.length).split('|');
  const bytes = Buffer.from(base64, 'base64');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || bytes.length !== suite.keyLength + suite.saltLength) {
    return `the key of ${suite.name} is ${suite.keyLength + suite.saltLength} bytes in Base64`;
  }
  const master = { key: bytes.subarray(0, suite.keyLength), salt: bytes.subarray(suite.keyLength) };
  const mkiText = rest.at(-1)?.includes(':') ? rest.pop() : undefined;
  const mki = mkiText === undefined ? undefined : readMki(mkiText);
  if (mkiText !== undefined && !mki) return `MKI ${mkiText} is not a number and its length`;
  const lifetime = rest.length === 0 ? undefined : readLifetime(rest.join('|'));
  if (rest.length > 0 && !lifetime) return `key lifetime ${rest.join('|')} is not 1 to 2^48 packets`;
  return { master, lifetime, mki };
}

function readMki(text: string): Uint8Array | undefined {
  const [, value, lengthText] = /^(\d{1,309}):(\d{1,3})$/.exec(text) ?? [];
  const length = Number(lengthText);
  if (value === undefined || !(length >= 1 && length <= MAX_MKI_LENGTH)) return undefined;
  const hex = BigInt(value)
    .toString(16)
    .padStart(2 * length, '0');
  return hex.length === 2 * length ? Buffer.from(hex, 'hex') : undefined;
}

function readLifetime(text: string): number | undefined {
  const [, power, digits] = /^(2\^)?(\d{1,15})$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const packets = power ? 2 ** Number(digits) : Number(digits);
  return packets >= 1 && packets <= MAX_LIFETIME ? packets : undefined;
}

function writeLifetime(packets: number): string {
  const power = Math.log2(packets);
  return Number.isInteger(power) ? `2^${power}` : String(packets);
}

/** The value of `a=crypto`; reads back as the same. `padded` writes the `=` that RFC 4568 leaves to the writer. */
export function writeCrypto(attribute: CryptoAttribute, padded = true): string {
  const { tag, suite, master, lifetime, mki, unencryptedRtp, unencryptedRtcp } = attribute;
  const key = Buffer.concat([master.key, master.salt]).toString('base64');
  const inline = [
    `inline:${padded ? key : key.replace(/=+$/, '')}`,
    ...(lifetime === undefined ? [] : [writeLifetime(lifetime)]),
    ...(mki === undefined ? [] : [`${BigInt(`0x${Buffer.from(mki).toString('hex')}`)}:${mki.length}`]),
  ];
  return [
    String(tag),
    suite.name,
    inline.join('|'),
    ...(unencryptedRtp ? ['UNENCRYPTED_SRTP'] : []),
    ...(unencryptedRtcp ? ['UNENCRYPTED_SRTCP'] : []),
  ].join(' ');
}
