import { TranscodingForwarder } from '../codec/transcoding-forwarder.ts';
import { DirectForwarder, type Forwarder } from '../media/forwarder.ts';
import { type PayloadRoute, planForwarding } from '../negotiation/payload-routes.ts';
import type { Party } from './party.ts';

/** How what one party sends gets to another. */
export type Forwarding = { routes: ReadonlyMap<number, PayloadRoute>; forwarder: Forwarder };

/** The way by what both have said so far. What it opens is freed with its forwarder. */
export async function openForwarding(from: Party, to: Party): Promise<Forwarding> {
  const { routes, transcoding } = planForwarding(from.formats, to.formats, to.encoding);
  const forwarder = transcoding
    ? await TranscodingForwarder.open(transcoding, to.outlet)
    : new DirectForwarder(to.outlet);
  return { routes, forwarder };
}
