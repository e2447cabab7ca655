/** Names of header fields: one canonical spelling for each registered name, compact forms expanded (RFC 3261 7.3.3, 20). */

const registered = `Accept Accept-Contact Accept-Encoding Accept-Language Alert-Info Allow Allow-Events
Authentication-Info Authorization Call-ID Call-Info Contact Content-Disposition Content-Encoding Content-Language
Content-Length Content-Type CSeq Date Diversion Error-Info Event Expires From Geolocation History-Info Identity
In-Reply-To Info-Package Join Max-Forwards MIME-Version Min-Expires Min-SE Organization P-Access-Network-Info
P-Asserted-Identity P-Associated-URI P-Called-Party-ID P-Charging-Vector P-Preferred-Identity Path Priority Privacy
Proxy-Authenticate Proxy-Authorization Proxy-Require RAck Reason Record-Route Recv-Info Refer-Sub Refer-To
Referred-By Reject-Contact Remote-Party-ID Replaces Reply-To Request-Disposition Require Retry-After Route RSeq Server
Service-Route Session-Expires Session-ID SIP-ETag SIP-If-Match Subject Subscription-State Supported Target-Dialog
Timestamp To Unsupported User-Agent Via Warning WWW-Authenticate`.split(/\s+/);

const compact: Record<string, string> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

const spellings = new Map<string, string>();
for (const name of registered) spellings.set(name, name).set(name.toLowerCase(), name);
for (const [letter, name] of Object.entries(compact)) spellings.set(letter, name);

/** The registered spelling of a known name in any case or compact form, else undefined. */
export function knownName(name: string): string | undefined {
  return spellings.get(name) ?? spellings.get(name.toLowerCase());
}

/** The registered spelling; an unknown name is returned as it is. */
export function canonicalName(name: string): string {
  return knownName(name) ?? name;
}

// Fields whose grammar is a comma list; the authentication fields also hold commas but are one value a line (RFC 3261 7.3.1).
const lists = new Set(
  `Accept Accept-Contact Accept-Encoding Accept-Language Alert-Info Allow Allow-Events Call-Info Contact
Content-Encoding Content-Language Diversion Error-Info History-Info In-Reply-To P-Asserted-Identity P-Associated-URI
P-Preferred-Identity Path Proxy-Require Reason Record-Route Recv-Info Reject-Contact Remote-Party-ID Require Route
Service-Route Supported Unsupported Via Warning`.split(/\s+/),
);

/** True when one line of this header may hold several values separated by commas. */
export function isListHeader(canonical: string): boolean {
  return lists.has(canonical);
}
