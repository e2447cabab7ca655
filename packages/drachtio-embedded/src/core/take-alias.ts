import { defaultPorts, type SipRequest, topVia } from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';

/**
 * RFC 5923 8.2: a peer that writes `alias` in its Via wants our requests for it to come over the connection that it opened,
 * and not over one of ours to the port it names. That is for TLS alone: over TCP it could be anybody, who would be sent the
 * calls of another user of his address.
 */
export function takeAlias(flow: Flow, request: SipRequest): void {
  if (!flow.alias) return;
  const via = topVia(request);
  if (via?.params.has('alias')) flow.alias(via.port ?? defaultPorts.tls);
}
