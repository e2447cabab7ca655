import { isHostname, parseDecimal } from './characters.ts';

/** `host` keeps the brackets of an IPv6 reference. */
export interface HostPort {
  readonly host: string;
  readonly port: number | undefined;
}

function isIpv6Reference(host: string): boolean {
  if (host.length < 4 || host.length > 64) return false;
  for (let at = 1; at < host.length - 1; at++) {
    // RFC 5118 4.10: three colons in a row come from an old grammar and are tolerated, so digits are not counted here.
    if (!'0123456789abcdefABCDEF:.'.includes(host[at]!)) return false;
  }
  return host.includes(':');
}

/** "host", "host:port", "[v6]:port" (RFC 3261 25.1); spaces may stand around the colon, as in Via. */
export function parseHostPort(text: string): HostPort | undefined {
  const bracket = text.startsWith('[') ? text.indexOf(']') + 1 : 0;
  if (text.startsWith('[') && bracket === 0) return undefined;
  const colon = text.indexOf(':', bracket);
  const host = (colon < 0 ? text : text.slice(0, colon)).trimEnd();
  const valid = bracket > 0 ? host.length === bracket && isIpv6Reference(host) : isHostname(host);
  if (!valid) return undefined;
  if (colon < 0) return { host, port: undefined };
  const port = parseDecimal(text.slice(colon + 1).trim(), 65_535);
  return port === undefined ? undefined : { host, port };
}

export function formatHostPort({ host, port }: HostPort): string {
  return port === undefined ? host : `${host}:${port}`;
}

/** The host as sockets want it: without the brackets of an IPv6 reference. */
export function bareHost(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

/** The host as SIP writes it: an IPv6 address in brackets. */
export function referenceHost(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
}
