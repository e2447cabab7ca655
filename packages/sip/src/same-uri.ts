import type { Params } from './params.ts';
import { parseUri, type SipUri, type UriHeader, unescapeUri } from './uri.ts';

// RFC 3261 19.1.4: these count even when only one of the two URIs has them.
const alwaysCompared = ['user', 'ttl', 'method', 'maddr', 'transport'];
const reserved = /%(3B|2F|3F|3A|40|26|3D|2B|24|2C|25)/gi;

/** Escapes taken out except those of reserved characters, which are not the same as the characters (RFC 3261 19.1.4). */
function comparable(text: string): string {
  return unescapeUri(text.replaceAll(reserved, (escaped) => `%25${escaped.slice(1).toUpperCase()}`));
}

/** Names and values as they compare; an escape may stand in a name too (RFC 4475 3.1.1.3). */
function comparableParams(params: Params): Params {
  return new Map(
    [...params].map(([name, value]) => [comparable(name).toLowerCase(), comparable(value).toLowerCase()]),
  );
}

function sameParams(left: Params, right: Params): boolean {
  const a = comparableParams(left);
  const b = comparableParams(right);
  for (const name of alwaysCompared) if (a.has(name) !== b.has(name)) return false;
  return [...a].every(([name, value]) => !b.has(name) || b.get(name) === value);
}

const headerKeys = (list: readonly UriHeader[]) =>
  list
    .map(({ name, value }) => `${comparable(name).toLowerCase()}=${comparable(value)}`)
    .sort()
    .join('&');

/** RFC 3261 19.1.4; text that is no sip, sips or tel URI is the same only as itself. */
export function sameUri(a: SipUri | string, b: SipUri | string): boolean {
  const left = typeof a === 'string' ? parseUri(a) : a;
  const right = typeof b === 'string' ? parseUri(b) : b;
  if (left === undefined || right === undefined) return a === b;
  return (
    left.scheme === right.scheme &&
    comparable(left.user ?? '') === comparable(right.user ?? '') &&
    (left.user === undefined) === (right.user === undefined) &&
    comparable(left.password ?? '') === comparable(right.password ?? '') &&
    left.host.toLowerCase() === right.host.toLowerCase() &&
    left.port === right.port &&
    sameParams(left.params, right.params) &&
    headerKeys(left.headers) === headerKeys(right.headers)
  );
}
