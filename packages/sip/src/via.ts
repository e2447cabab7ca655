import { isToken } from './characters.ts';
import { bareHost, formatHostPort, parseHostPort, referenceHost } from './host-port.ts';
import { splitFirst } from './list.ts';
import { header, type SipHeader, type SipMessage, type SipRequest } from './message.ts';
import { formatParams, type Params, parseParams, withParam } from './params.ts';
import { remembering } from './remembering.ts';

/** One Via value (RFC 3261 20.42). `protocol` is "SIP/2.0", `transport` upper case; params hold branch, received, rport, maddr. */
export interface Via {
  readonly protocol: string;
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly params: Params;
}

/** Reads one Via value; spaces may stand around each mark (RFC 4475 3.1.1.1). */
export const parseVia = remembering((value: string): Via | undefined => {
  const semicolon = value.indexOf(';');
  const main = (semicolon < 0 ? value : value.slice(0, semicolon)).trim();
  const firstSlash = main.indexOf('/');
  const secondSlash = main.indexOf('/', firstSlash + 1);
  if (firstSlash < 0 || secondSlash < 0) return undefined;
  const name = main.slice(0, firstSlash).trim();
  const version = main.slice(firstSlash + 1, secondSlash).trim();
  const sent = main.slice(secondSlash + 1).trim();
  const space = sent.search(/[ \t]/);
  if (space < 0) return undefined;
  const transport = sent.slice(0, space);
  const hostPort = parseHostPort(sent.slice(space).trim());
  const params = parseParams(value, semicolon < 0 ? value.length : semicolon);
  if (!isToken(name) || !isToken(version) || !isToken(transport) || !hostPort || !params) return undefined;
  return { protocol: `${name}/${version}`, transport: transport.toUpperCase(), ...hostPort, params };
});

export function formatVia(via: Via): string {
  return `${via.protocol}/${via.transport} ${formatHostPort(via)}${formatParams(via.params)}`;
}

/** The topmost Via of a message, undefined when absent or malformed. */
export function topVia(message: Pick<SipMessage, 'headers'>): Via | undefined {
  const value = header(message, 'Via');
  return value === undefined ? undefined : parseVia(value);
}

/** The message without its topmost Via value. */
export function withoutTopVia<M extends SipMessage>(message: M): M {
  return withTopVia(message, undefined);
}

/** The message with another topmost Via value, or without it. */
function withTopVia<M extends SipMessage>(message: M, value: string | undefined): M {
  const at = message.headers.findIndex(({ name }) => name === 'Via');
  if (at < 0) return message;
  const { rest } = splitFirst(message.headers[at]!.value);
  const lines: SipHeader[] = [];
  if (value !== undefined) lines.push({ name: 'Via', value });
  if (rest !== undefined) lines.push({ name: 'Via', value: rest });
  const headers = [...message.headers];
  headers.splice(at, 1, ...lines);
  return { ...message, headers };
}

/**
 * The request with its top Via marked with where it really came from: `received` when the address differs from sent-by
 * (RFC 3261 18.2.1), always together with a filled `rport` when the sender asked for that (RFC 3581 4) or `alwaysPort` is set.
 */
export function stampVia(
  request: SipRequest,
  address: string,
  port: number,
  { alwaysPort = false } = {},
): SipRequest {
  const via = topVia(request);
  if (via === undefined) return request;
  const wantsPort = alwaysPort || via.params.has('rport');
  const differs = wantsPort || bareHost(via.host).toLowerCase() !== address.toLowerCase();
  // A `received` that the sender wrote itself is taken out: it would send our answers to a stranger.
  if (!differs && !via.params.has('received')) return request;
  let params = withParam(via.params, 'received', differs ? address : undefined);
  if (wantsPort) params = withParam(params, 'rport', String(port));
  return withTopVia(request, formatVia({ ...via, params }));
}

/**
 * A Via value of our own for a request that is sent; `address` may be a bare IPv6 address. With `alias` requests for us may
 * come over the same connection (RFC 5923).
 */
export function ownVia(
  transport: string,
  address: string,
  port: number | undefined,
  branch: string,
  { alias = false } = {},
): string {
  const params = new Map([
    ['branch', branch],
    ['rport', ''],
  ]);
  if (alias) params.set('alias', '');
  const host = referenceHost(address);
  return formatVia({ protocol: 'SIP/2.0', transport: transport.toUpperCase(), host, port, params });
}
