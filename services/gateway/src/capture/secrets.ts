const MASK = '[masked]';

/** One header with its folded lines (RFC 3261 7.3.1). */
const CREDENTIALS = /^(?:proxy-)?authorization[ \t]*:(?:[^\r\n]|\r?\n[ \t])*/gim;
const DIGEST_RESPONSE = /\bresponse[ \t]*=[ \t]*(?:"(?:[^"\\]|\\.)*"|[^,\s]+)/gi;
/** RFC 4568 9.1: the key of an SRTP stream. */
const MEDIA_KEY = /^(a=crypto:.*?inline:)[^|\s]+/gim;

/**
 * A message as people may see it: the digest response (RFC 7616 3.4), which a password can be guessed from, and SRTP
 * keys, which a call can be listened to with, are masked.
 */
export function withoutSecrets(message: string): string {
  const withoutDigest = message.replace(CREDENTIALS, (header) =>
    header.replace(DIGEST_RESPONSE, `response="${MASK}"`),
  );
  return withoutDigest.replace(MEDIA_KEY, `$1${MASK}`);
}
