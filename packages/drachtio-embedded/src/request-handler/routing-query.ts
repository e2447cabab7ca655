import { header, parseNameAddr, parseUri, type SipRequest } from '@ringback/sip';

/** Where a request came from, as the handler is told. */
export interface RequestSource {
  /** `udp`, `tcp` or `tls`. */
  protocol: string;
  address: string;
}

/** What a web handler is told of a request, as query items: drachtio's nine, then the parameters of the request URI. */
export function routingQuery(request: SipRequest, source: RequestSource): URLSearchParams {
  const uri = parseUri(request.uri);
  const query = new URLSearchParams({
    method: request.method,
    domain: uri?.host ?? '',
    protocol: source.protocol,
    source_address: source.address,
    fromUser: userOf(request, 'From'),
    toUser: userOf(request, 'To'),
    uriUser: uri?.user ?? '',
    contentType: header(request, 'Content-Type') ?? '',
    uri: request.uri,
  });
  // A caller must not be able to name its own method or source.
  for (const [name, value] of uri?.params ?? []) if (!query.has(name)) query.append(name, value);
  return query;
}

function userOf(request: SipRequest, name: string): string {
  const party = parseNameAddr(header(request, name) ?? '');
  return parseUri(party?.uri ?? '')?.user ?? '';
}
