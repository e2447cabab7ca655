import {
  isUsableResponse,
  parseMessage,
  responseTo,
  type SipRequest,
  serializeMessage,
  stampVia,
} from '@ringback/sip';
import { freshTag } from '../identifiers.ts';
import type { Flow } from '../transport/flow.ts';
import type { Arrival } from './arrival.ts';
import type { Core } from './core.ts';
import { receiveRequest } from './receive-request.ts';
import { receiveResponse } from './receive-response.ts';

/** One message of the network. */
export function receiveMessage(core: Core, flow: Flow, bytes: Uint8Array): void {
  const arrival: Arrival = { flow, bytes: bytes.length, atMs: core.clock.nowMs() };
  const parsed = parseMessage(bytes);
  if (!parsed.ok) {
    core.meter.refused('malformed');
    if (parsed.request) refuse(flow, parsed.request, parsed.error.status, parsed.error.reason);
    return;
  }
  if (parsed.message.kind === 'request') receiveRequest(core, arrival, stamp(parsed.message, flow));
  else if (isUsableResponse(parsed.message)) receiveResponse(core, arrival, parsed.message);
}

/**
 * Answers go the way their request came, over UDP to the very address and port whatever the Via says (RFC 3581, also
 * when it was not asked for): so a phone behind a NAT hears them, and nobody else can be sent any.
 */
function stamp(request: SipRequest, flow: Flow): SipRequest {
  return stampVia(request, flow.remote.host, flow.remote.port, { alwaysPort: !flow.reliable });
}

/** Answers what cannot be worked on, and keeps nothing of it (RFC 3261 8.2.7). An ACK is never answered. */
export function refuse(flow: Flow, request: SipRequest, status: number, reason: string): void {
  if (request.method === 'ACK') return;
  const stamped = stamp(request, flow);
  const response = responseTo(stamped, status, reason, { toTag: freshTag() });
  flow.send(serializeMessage(response));
}
