import { headers, type SipResponse, withHeaders } from '../message.ts';
import { parseNameAddr } from '../name-addr.ts';
import { sameUri } from '../same-uri.ts';
import { formatUri, parseUri } from '../uri.ts';

export interface Recursion {
  /** New targets, best first. */
  readonly targets: readonly string[];
  /** The redirect without the contacts that are tried; undefined when none is left. */
  readonly remainder: SipResponse | undefined;
}

export interface RecursionLimits {
  /** Every target so far: none is tried twice, so that no redirect leads in a circle. */
  readonly tried: readonly string[];
  /** How many more targets there may be. */
  readonly room: number;
  /** The request came for a sips URI, and must not leave TLS (RFC 3261 16.5). */
  readonly secure: boolean;
}

interface Candidate {
  readonly value: string;
  readonly uri: string;
  readonly q: number;
}

function candidateOf(value: string, { secure }: RecursionLimits): Candidate | undefined {
  const contact = parseNameAddr(value);
  const uri = parseUri(contact?.uri ?? '');
  if (!contact || !uri || uri.host === '' || (secure && uri.scheme !== 'sips')) return undefined;
  const q = Number(contact.params.get('q') ?? 1);
  const params = new Map(uri.params);
  params.delete('method');
  // RFC 3261 19.1.1: neither a method nor headers may stand in a Request-URI.
  return { value, uri: formatUri({ ...uri, params, headers: [] }), q: Number.isNaN(q) ? 0 : q };
}

/** Makes targets of the Contacts of a 3xx (RFC 3261 16.7 step 4). */
export function recurse(redirect: SipResponse, limits: RecursionLimits): Recursion {
  const contacts = headers(redirect, 'Contact');
  const chosen: Candidate[] = [];
  for (const value of contacts) {
    const candidate = candidateOf(value, limits);
    const known = [...limits.tried, ...chosen.map(({ uri }) => uri)];
    if (!candidate || chosen.length >= limits.room) continue;
    if (!known.some((uri) => sameUri(uri, candidate.uri))) chosen.push(candidate);
  }
  const left = contacts.filter((value) => !chosen.some((candidate) => candidate.value === value));
  const remainder =
    chosen.length > 0 && left.length === 0 ? undefined : withHeaders(redirect, 'Contact', left);
  const targets = chosen.sort((a, b) => b.q - a.q).map(({ uri }) => uri);
  return { targets, remainder };
}
