import { formatHostPort } from '../host-port.ts';
import { branchCookie } from '../identifier.ts';
import { header, type SipMessage, type SipRequest, type SipResponse } from '../message.ts';
import { tagOf } from '../name-addr.ts';
import { parseCSeq } from '../scalar.ts';
import { topVia } from '../via.ts';

/** A separator that no header value holds. */
const join = (...parts: readonly string[]) => parts.join('\n');

/**
 * Which server transaction a received request belongs to (RFC 3261 17.2.3). An ACK has the key of its INVITE; pass
 * `method` to find another, such as the INVITE that a CANCEL names (9.2).
 */
export function serverTransactionKey(request: SipRequest, method = request.method): string {
  const wanted = method === 'ACK' ? 'INVITE' : method;
  const via = topVia(request);
  const branch = via?.params.get('branch') ?? '';
  const sentBy = via === undefined ? '' : formatHostPort(via).toLowerCase();
  // The Call-ID is the same in all that belongs together; it tells those apart that make one branch serve many calls.
  const callId = header(request, 'Call-ID') ?? '';
  // RFC 3261 leaves the case of a branch alone but its cookie is compared exactly.
  if (branch.startsWith(branchCookie)) return join(branch.toLowerCase(), sentBy, callId, wanted);
  return oldKey(request, wanted, join(sentBy, branch));
}

/**
 * RFC 2543 matching (RFC 3261 17.2.3). The To tag is left out, since an INVITE has none yet where its ACK has; the
 * sequence number, Call-ID and From tag already tell transactions of one dialog apart.
 */
function oldKey(request: SipRequest, method: string, via: string): string {
  const sequence = parseCSeq(header(request, 'CSeq') ?? '')?.sequence ?? '';
  const fromTag = tagOf(header(request, 'From')) ?? '';
  return join('2543', request.uri, fromTag, header(request, 'Call-ID') ?? '', `${sequence}`, via, method);
}

/** Which client transaction a response, or a request of our own, belongs to: branch and CSeq method (RFC 3261 17.1.3). */
export function clientTransactionKey(message: SipRequest | SipResponse): string | undefined {
  const branch = topVia(message)?.params.get('branch');
  const method =
    message.kind === 'request' ? message.method : parseCSeq(header(message, 'CSeq') ?? '')?.method;
  return branch === undefined || method === undefined ? undefined : join(branch.toLowerCase(), method);
}

/** The key of a received message: of a request its server transaction's, of a response its client transaction's. */
export function transactionKey(message: SipMessage): string | undefined {
  return message.kind === 'request' ? serverTransactionKey(message) : clientTransactionKey(message);
}
