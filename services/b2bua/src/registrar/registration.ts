import {
  header,
  headers,
  parseCSeq,
  parseNameAddr,
  parseSeconds,
  parseUri,
  type SipRequest,
  type SipUri,
  sameUri,
} from '@ringback/sip';
import type { BindingRow } from '@ringback/store';

/** RFC 3261 10.3: bounds of a binding's lifetime, in seconds. */
export const MIN_EXPIRES_SEC = 60;
export const MAX_EXPIRES_SEC = 3600;
/** A reloaded page leaves its old binding behind; the one that runs out first makes room for an eleventh. */
export const MAX_BINDINGS = 10;
const MAX_CONTACT_LENGTH = 512;

export interface RequestedContact {
  readonly uri: string;
  readonly expiresSec: number;
}

export interface Refusal {
  readonly kind: 'refuse';
  readonly sipStatus: number;
  readonly reason?: string;
  readonly headers?: Record<string, string>;
}

/** What a REGISTER asks for. `contacts` empty: only to be told the bindings. */
export interface Registration {
  readonly kind: 'registration';
  readonly contacts: readonly RequestedContact[] | 'all';
  readonly sipCallId: string;
  readonly cseq: number;
}

/** Reads a REGISTER (RFC 3261 10.2). `isOwnAddress`: a contact there would send calls round in circles. */
export function readRegistration(
  request: SipRequest,
  isOwnAddress: (uri: SipUri) => boolean,
): Registration | Refusal {
  const cseq = parseCSeq(header(request, 'CSeq') ?? '')?.sequence;
  const sipCallId = header(request, 'Call-ID');
  const values = headers(request, 'Contact').filter((value) => value !== '');
  const expires = parseSeconds(header(request, 'Expires') ?? '');
  if (cseq === undefined || !sipCallId) return { kind: 'refuse', sipStatus: 400 };
  if (values.includes('*')) {
    // RFC 3261 10.2.2: alone, and only to remove.
    const allowed = values.length === 1 && expires === 0;
    return allowed
      ? { kind: 'registration', contacts: 'all', sipCallId, cseq }
      : { kind: 'refuse', sipStatus: 400, reason: 'Bad Contact' };
  }
  if (values.length > MAX_BINDINGS) return { kind: 'refuse', sipStatus: 403, reason: 'Too Many Contacts' };
  const contacts: RequestedContact[] = [];
  for (const value of values) {
    const contact = readContact(value, expires, isOwnAddress);
    if ('kind' in contact) return contact;
    contacts.push(contact);
  }
  return { kind: 'registration', contacts, sipCallId, cseq };
}

function readContact(
  value: string,
  expires: number | undefined,
  isOwnAddress: (uri: SipUri) => boolean,
): RequestedContact | Refusal {
  const contact = parseNameAddr(value);
  const uri = contact && parseUri(contact.uri);
  // Headers in a contact would become headers of the INVITE (RFC 3261 19.1.5).
  if (!uri || uri.host === '' || uri.headers.length > 0 || value.length > MAX_CONTACT_LENGTH)
    return { kind: 'refuse', sipStatus: 400, reason: 'Bad Contact' };
  if (isOwnAddress(uri)) return { kind: 'refuse', sipStatus: 403, reason: 'Contact Is This Server' };
  const asked = parseSeconds(contact.params.get('expires') ?? '') ?? expires ?? MAX_EXPIRES_SEC;
  // RFC 3261 10.3 step 7: too short a time is refused with the shortest one that is granted.
  if (asked > 0 && asked < MIN_EXPIRES_SEC)
    return { kind: 'refuse', sipStatus: 423, headers: { 'Min-Expires': String(MIN_EXPIRES_SEC) } };
  return { uri: contact.uri, expiresSec: Math.min(asked, MAX_EXPIRES_SEC) };
}

export interface Change {
  readonly kind: 'change';
  /** `replaces`: the binding that this contact refreshes. */
  readonly save: readonly { contact: RequestedContact; replaces: BindingRow | undefined }[];
  readonly remove: readonly BindingRow[];
  /** Bindings that make room. */
  readonly evict: readonly BindingRow[];
}

/** What a REGISTER does to the bindings of its address of record, all or nothing (RFC 3261 10.3 step 7). */
export function planChange(registration: Registration, existing: readonly BindingRow[]): Change | Refusal {
  const { contacts, sipCallId, cseq } = registration;
  const stale = (row: BindingRow) => row.sipCallId === sipCallId && cseq <= row.cseq;
  if (contacts === 'all') {
    return existing.some(stale) ? OUT_OF_ORDER : { kind: 'change', save: [], remove: existing, evict: [] };
  }
  const matched = contacts.map((contact) => ({
    contact,
    replaces: existing.find((row) => sameUri(row.contact, contact.uri)),
  }));
  if (matched.some(({ replaces }) => replaces && stale(replaces))) return OUT_OF_ORDER;
  const save = matched.filter(({ contact }) => contact.expiresSec > 0);
  const remove = matched.flatMap(({ contact, replaces }) =>
    contact.expiresSec === 0 && replaces ? [replaces] : [],
  );
  const touched = new Set(matched.map(({ replaces }) => replaces));
  const others = existing.filter((row) => !touched.has(row));
  const excess = Math.max(0, others.length + save.length - MAX_BINDINGS);
  const evict = [...others].sort((a, b) => a.expiresAt.localeCompare(b.expiresAt)).slice(0, excess);
  return { kind: 'change', save, remove, evict };
}

// RFC 3261 10.3 step 7 has the request fail without naming a status; 12.2.2 uses 500 for what is out of order.
const OUT_OF_ORDER: Refusal = { kind: 'refuse', sipStatus: 500, reason: 'CSeq Out Of Order' };

/** The Contact header of the 200: all bindings with what is left of them; undefined when there are none. */
export function contactHeader(bindings: readonly BindingRow[], nowMs: number): string | undefined {
  if (bindings.length === 0) return undefined;
  return bindings
    .map(({ contact, expiresAt }) => {
      const leftSec = Math.max(1, Math.ceil((Date.parse(expiresAt) - nowMs) / 1000));
      return `<${contact}>;expires=${leftSec}`;
    })
    .join(', ');
}
