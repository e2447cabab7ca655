import { formatWireTime, type WireMeta } from '@ringback/drachtio-wire';
import { type Flow, wireProtocol } from '../transport/flow.ts';

/** A message of the network with how it came. */
export interface Arrival {
  flow: Flow;
  bytes: number;
  atMs: number;
}

export function networkMeta(arrival: Arrival): WireMeta {
  const { flow, bytes, atMs } = arrival;
  return {
    source: 'network',
    bytes,
    protocol: wireProtocol(flow.transport),
    address: flow.remote.host,
    port: flow.remote.port,
    time: formatWireTime(atMs),
  };
}

/** Of a message this server made; `at` is its own address for requests, the peer's for responses. */
export function applicationMeta(
  flow: Flow,
  at: { host: string; port: number },
  bytes: number,
  atMs: number,
): WireMeta {
  return {
    source: 'application',
    bytes,
    protocol: wireProtocol(flow.transport),
    address: at.host,
    port: at.port,
    time: formatWireTime(atMs),
  };
}
