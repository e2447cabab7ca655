import { createHash } from 'node:crypto';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** The `response` of a digest without qop (RFC 2617 3.2.2). */
export function digestOf(of: {
  username: string;
  realm: string;
  password: string;
  method: string;
  uri: string;
  nonce: string;
}): string {
  const secret = md5(`${of.username}:${of.realm}:${of.password}`);
  return md5(`${secret}:${of.nonce}:${md5(`${of.method}:${of.uri}`)}`);
}
