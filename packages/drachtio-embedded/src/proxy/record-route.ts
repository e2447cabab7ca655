import { header, headers, parseNameAddr, parseUri, type SipRequest } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Flow } from '../transport/flow.ts';
import { contactUri } from '../transport/listeners.ts';
import { contactBehindNat } from '../uac/behind-nat.ts';
import { flowKey } from '../uac/next-hop.ts';

/**
 * What keeps us in the way of a dialog (RFC 3261 16.6 step 4), topmost first. One value serves both sides when both see
 * the same address; between two transports, or where a flow has to be found again, each side has its own (RFC 5658).
 */
export function recordRoutes(
  core: Core,
  request: SipRequest,
  from: Flow,
  to: Flow,
  target: string,
): string[] {
  const callId = header(request, 'Call-ID') ?? '';
  const back = leadsBackByFlow(core, request, from);
  const onward = isBoundTo(core, target, to);
  const facingTarget = core.ownRoutes.value(callId, to, onward);
  if (!back && !onward && contactUri(from) === contactUri(to)) return [facingTarget];
  return [facingTarget, core.ownRoutes.value(callId, from, back)];
}

/**
 * The sender has to be found by the flow it came on: its connection, or behind a NAT the address it was heard from. Not
 * when another proxy stands between, whose own Record-Route leads back.
 */
function leadsBackByFlow(core: Core, request: SipRequest, flow: Flow): boolean {
  if (headers(request, 'Via').length > 1) return false;
  const contact = parseUri(parseNameAddr(header(request, 'Contact') ?? '')?.uri ?? '');
  return flow.reliable || (contact !== undefined && contactBehindNat(core.natDetection, contact, flow));
}

/** The target registered here, and is called over its own connection. */
export function isBoundTo(core: Core, target: string, flow: Flow): boolean {
  const uri = parseUri(target);
  return uri !== undefined && core.flows.find(flowKey(uri)) === flow;
}
