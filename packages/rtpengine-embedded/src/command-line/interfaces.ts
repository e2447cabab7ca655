import { isIP } from 'node:net';

type Interface = { readonly name: string; readonly host: string; readonly advertisedHost?: string };
type Interfaces = { host: string; advertisedHost?: string; interfaces?: Interface[] };

const DEFAULT_NAME = 'default';

/**
 * `[NAME/]ADDRESS[!ADVERTISED]`, as often as there are addresses. The first is what a call gets that names none; any that
 * has a name can be chosen by `direction`.
 * @throws Error with a sentence for the user.
 */
export function interfacesOf(texts: readonly string[]): Interfaces {
  const [first = { name: DEFAULT_NAME, host: '127.0.0.1' }, ...others] = texts.map(interfaceOf);
  const { host, advertisedHost } = first;
  const named = [...(first.name === DEFAULT_NAME ? [] : [first]), ...others];
  return {
    host,
    ...(advertisedHost !== undefined && { advertisedHost }),
    ...(named.length > 0 && { interfaces: named }),
  };
}

function interfaceOf(text: string): Interface {
  const match = /^(?:([\w-]+)\/)?([^!/]+)(?:!([^!/]+))?$/.exec(text);
  const [, name = DEFAULT_NAME, host = '', advertisedHost] = (match ?? []).map(withoutBrackets);
  if (!isIP(host)) throw refused(text);
  if (advertisedHost !== undefined && !isIP(advertisedHost)) throw refused(text);
  return { name, host, ...(advertisedHost !== undefined && { advertisedHost }) };
}

function withoutBrackets(part: string | undefined): string | undefined {
  return part?.replace(/^\[(.*)\]$/, '$1');
}

function refused(text: string): Error {
  return new Error(
    `--interface must be like 192.0.2.1, pub/192.0.2.1!203.0.113.1 or 2001:db8::1, and not "${text}"`,
  );
}
