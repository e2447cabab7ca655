import {
  formatNameAddr,
  formatUri,
  parseNameAddr,
  parseUri,
  type SipRequest,
  withParam,
} from '@ringback/sip';
import { type Flow, formatAddress } from '../transport/flow.ts';
import { contactUri } from '../transport/listeners.ts';
import { viaFor } from './hang-up.ts';

/** Headers in which a peer learns where to reach us. */
const OURS = new Set(['Contact', 'Record-Route', 'Path']);

/** The same request for another server: a branch of its own, and our address as that server sees it (RFC 3263 4.3). */
export function readdressed(request: SipRequest, from: Flow, to: Flow): SipRequest {
  const moved =
    from.transport !== to.transport || formatAddress(from.advertised) !== formatAddress(to.advertised);
  let top = true;
  const headers = request.headers.map((header) => {
    if (header.name === 'Via' && top) {
      top = false;
      return { name: 'Via', value: viaFor(to) };
    }
    return moved && OURS.has(header.name) ? { ...header, value: ownUri(header.value, from, to) } : header;
  });
  return { ...request, headers };
}

function ownUri(value: string, from: Flow, to: Flow): string {
  const party = parseNameAddr(value);
  const uri = parseUri(party?.uri ?? '');
  const ours = uri && `${uri.host}:${uri.port}` === formatAddress(from.advertised);
  const own = parseUri(contactUri(to));
  if (!party || !ours || !own) return value;
  const params = withParam(uri.params, 'transport', own.params.get('transport'));
  return formatNameAddr({
    ...party,
    uri: formatUri({ ...uri, scheme: own.scheme, host: own.host, port: own.port, params }),
  });
}
