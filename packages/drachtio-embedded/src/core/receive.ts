import {
  isUsableResponse,
  parseMessage,
  responseTo,
  type SipRequest,
  serializeMessage,
  stampVia,
} from '@ringback/sip';
import { freshTag } from '../identifiers.ts';
import { replyFlow } from '../transaction/server-transaction.ts';
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
    if (parsed.request) refuse(flow, parsed.request, parsed.error.status, parsed.error.reason);
    return;
  }
  if (parsed.message.kind === 'request') receiveRequest(core, arrival, stamp(parsed.message, flow));
  else if (isUsableResponse(parsed.message)) receiveResponse(core, arrival, parsed.message);
}

function stamp(request: SipRequest, flow: Flow): SipRequest {
  return stampVia(request, flow.remote.host, flow.remote.port);
}

/** Answers what cannot be worked on, and keeps nothing of it (RFC 3261 8.2.7). An ACK is never answered. */
export function refuse(flow: Flow, request: SipRequest, status: number, reason: string): void {
  if (request.method === 'ACK') return;
  const stamped = stamp(request, flow);
  const response = responseTo(stamped, status, reason, { toTag: freshTag() });
  replyFlow(stamped, flow).send(serializeMessage(response));
}
