import { bareHost, type SipUri } from '@ringback/sip';
import type { Flow } from '../transport/flow.ts';
import { isPrivate } from '../transport/subnet.ts';

/** drachtio's `--disable-nat-detection` and `--aggressive-nat-detection`, and what is without them. */
export type NatDetection = 'off' | 'on' | 'aggressive';

/** Whether a peer that was heard on `flow` cannot be reached where its Contact says. */
export function contactBehindNat(detection: NatDetection, contact: SipUri, flow: Flow): boolean {
  if (detection === 'off') return false;
  // RFC 5626 4.3: with `ob` the client itself asks to be answered on its flow.
  if (contact.params.has('ob')) return true;
  if (detection === 'aggressive' && contact.params.get('nat') === 'yes') return true;
  return bareHost(contact.host).toLowerCase() !== flow.remote.host.toLowerCase();
}

/** The same of the proxy that its Record-Route names: an address of a private network means nothing from outside. */
export function routeBehindNat(detection: NatDetection, route: SipUri, flow: Flow): boolean {
  if (detection === 'off') return false;
  if (detection === 'aggressive' && route.params.get('nat') === 'yes') return true;
  return isPrivate(bareHost(route.host)) && !isPrivate(flow.remote.host);
}
