import type { CallMirror } from '../call/call.ts';
import type { Party } from '../call/party.ts';
import type { MediaClock } from '../media/clock.ts';
import type { Endpoint } from '../transport/source-latch.ts';
import { hasSockets } from '../transport/transport.ts';
import type { RtcpMirror } from './homer.ts';

const UNKNOWN: Endpoint = { address: '0.0.0.0', port: 0 };

/** Tells the mirror of each RTCP packet, from which end it came and to which of our ports. */
export function captureRtcp(mirror: RtcpMirror, address: string, clock: MediaClock): CallMirror {
  return (call, party, packets) =>
    mirror.capture({
      callId: call.id,
      from: remoteEnd(party),
      to: { address, port: localPort(party) },
      packets,
      unixMs: clock.unixMs(),
    });
}

/** Inside the native library the pair of candidates in use is not known: the first one that the party named stands for it. */
function remoteEnd({ transport, remote }: Party): Endpoint {
  if (hasSockets(transport)) return transport.rtcpLatch.target ?? UNKNOWN;
  return remote?.ice?.candidates[0] ?? UNKNOWN;
}

function localPort({ transport }: Party): number {
  return hasSockets(transport) ? transport.rtcpPort : (transport?.port ?? 0);
}
