import { isUsableResponse, parseMessage, type SipParseError, type SipRequest, stampVia } from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';
import { receiveResponse } from '../uac/receive-response.ts';
import { receiveRequest } from '../uas/receive-request.ts';
import { refuse } from '../uas/refuse.ts';
import type { Arrival } from './arrival.ts';
import type { Core } from './core.ts';
import { takeAlias } from './take-alias.ts';

/** One message of the network. */
export function receiveMessage(core: Core, flow: Flow, bytes: Uint8Array): void {
  const arrival: Arrival = { flow, bytes: bytes.length, atMs: core.clock.nowMs() };
  const parsed = parseMessage(bytes);
  if (!parsed.ok) {
    receiveMalformed(core, flow, parsed.error, parsed.request);
    return;
  }
  if (parsed.message.kind === 'request') {
    takeAlias(flow, parsed.message);
    receiveRequest(core, arrival, stamp(parsed.message, flow));
  } else if (isUsableResponse(parsed.message)) receiveResponse(core, arrival, parsed.message);
}

/**
 * Answers go the way their request came, over UDP to the very address and port whatever the Via says (RFC 3581, also
 * when it was not asked for): so a phone behind a NAT hears them, and nobody else can be sent any.
 */
function stamp(request: SipRequest, flow: Flow): SipRequest {
  return stampVia(request, flow.remote.host, flow.remote.port, { alwaysPort: !flow.reliable });
}

/** What is no SIP message, answered when enough of a request can be read. */
export function receiveMalformed(
  core: Core,
  flow: Flow,
  { status, reason }: SipParseError,
  request: SipRequest | undefined,
): void {
  core.guard.strike(flow.remote.host, flow.reliable);
  if (request) refuse(core, flow, stamp(request, flow), { status, reason, because: 'malformed' });
  else core.guard.count('malformed');
}
