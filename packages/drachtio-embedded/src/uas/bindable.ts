import { bareHost, type SipUri } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Flow } from '../transport/flow.ts';
import { isPrivate, parseSubnet } from '../transport/subnet.ts';

/** RFC 5737: where SIP.js says it is when it is told to hide that it does not know. */
const DOCUMENTATION = parseSubnet('192.0.2.0/24')!;

/**
 * Whether requests for that contact may go down the connection it was registered on. It has to be a place that nobody
 * could find otherwise, or the other end itself: were it any host, a user could register the address of a carrier and
 * be sent the calls to it. What is sent to our own address must not go down a stranger's connection either.
 */
export function isBindable(core: Core, { host, port }: SipUri, flow: Flow): boolean {
  const name = bareHost(host).toLowerCase();
  const isOurs = core.listeners.all.some(({ local, advertised }) =>
    [local, advertised].some((own) => own.host === name && own.port === (port ?? 5060)),
  );
  if (isOurs) return false;
  return (
    name.endsWith('.invalid') || name === flow.remote.host || isPrivate(name) || DOCUMENTATION.contains(name)
  );
}
