const MASK = '[masked]';

/** One header with its folded lines (RFC 3261 7.3.1). */
const CREDENTIALS = /^(?:proxy-)?authorization[ \t]*:(?:[^\r\n]|\r?\n[ \t])*/gim;
const DIGEST_RESPONSE = /\bresponse[ \t]*=[ \t]*(?:"(?:[^"\\]|\\.)*"|[^,\s]+)/gi;
/** RFC 4568 9.1: the key of an SRTP stream. */
const MEDIA_KEY = /^(a=crypto:.*?inline:)[^|\s]+/gim;

/** The key of a `dtmf-relay` or `dtmf` body. */
const RELAYED_KEY = /^([ \t]*signal[ \t]*=[ \t]*)[\w*#]{1,2}/gim;
const BARE_KEY = /(\r?\n\r?\n[ \t]*)[\w*#]{1,2}(?=\s*$)/;
const BODY_IS_KEY = /^(?:content-type|c)[ \t]*:[ \t]*application\/dtmf(?:-relay)?\b/im;

/** A message without the key that it tells of by INFO, which may be one of a PIN. */
export function withoutKey(message: string): string {
  if (!BODY_IS_KEY.test(message)) return message;
  return message.replace(RELAYED_KEY, '$1?').replace(BARE_KEY, '$1?');
}

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
