import { header, parseSeconds, type SipRequest, type SipResponse } from '@ringback/sip';
import type { Core } from '../core/core.ts';
import type { Target } from '../locate/locate.ts';
import type { Flow } from '../transport/flow.ts';
import { type Alternatives, openNext } from './next-hop.ts';
import { readdressed } from './readdress.ts';

/** One try of a request: a server it goes to, and those that are left when this one fails. */
export interface Attempt {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** Undefined: the flow itself was named, there is nothing to choose. */
  readonly others: readonly Target[] | undefined;
  readonly rewrite: Rewrite | undefined;
}

/** Makes the request anew for another way, where our own address may stand in it more than once. */
export type Rewrite = (to: Flow) => SipRequest;

/** Why a server did not serve. */
export type Failure = 'timeout' | 'transport-error' | SipResponse;

/** So long a server that failed comes last. */
const DEAD_MS = 30_000;
const MAX_RETRY_AFTER_SEC = 300;
/** So long a peer that takes no TCP connection is not asked for one again. */
const NO_STREAM_MS = 600_000;

/** The first try. RFC 3261 18.1.1: what is too big for a datagram goes by TCP, and by datagram to who has no TCP. */
export function firstAttempt(
  core: Core,
  request: SipRequest,
  flow: Flow,
  alternatives: Alternatives | undefined,
  rewrite?: Rewrite,
): Attempt {
  const attempt = { request, flow, others: alternatives?.others, rewrite };
  if (!alternatives?.anyTransport || flow.transport !== 'udp') return attempt;
  if (bytesOf(request) <= core.location.mtu) return attempt;
  const place = { ...flow.remote, transport: 'tcp', domain: flow.remote.host } as const;
  const listener = core.listeners.pick('tcp', place.host);
  if (!listener || core.location.dead.has(place) || core.listeners.isOwn('tcp', place)) return attempt;
  const stream = listener.flowTo(flow.remote);
  const datagram: Target = { ...place, transport: 'udp', onlyWhenRefused: true };
  return {
    request: moved(attempt, stream),
    flow: stream,
    others: [datagram, ...alternatives.others],
    rewrite,
  };
}

/** Length on the wire; each header line has ": " and a line end. */
function bytesOf({ method, uri, headers, body }: SipRequest): number {
  let bytes = method.length + uri.length + 32 + body.length;
  for (const { name, value } of headers) bytes += name.length + value.length + 4;
  return bytes;
}

/** What follows a failure: the same request to the next server, if there is one. The one that failed is remembered. */
export function nextAttempt(core: Core, failed: Attempt, failure: Failure): Attempt | undefined {
  if (!failed.others) return undefined;
  const { transport, remote } = failed.flow;
  const refused = failure === 'transport-error';
  const [first] = failed.others;
  const deadMs = first?.onlyWhenRefused && refused ? NO_STREAM_MS : deadFor(failure);
  core.location.dead.add({ ...remote, transport }, deadMs);
  const others = failed.others.filter((target) => refused || !target.onlyWhenRefused);
  const flow = openNext(core, others);
  return flow && { request: moved(failed, flow), flow, others, rewrite: failed.rewrite };
}

const moved = ({ request, flow, rewrite }: Attempt, to: Flow) =>
  rewrite?.(to) ?? readdressed(request, flow, to);

function deadFor(failure: Failure): number {
  if (typeof failure === 'string') return DEAD_MS;
  const seconds = parseSeconds(header(failure, 'Retry-After') ?? '');
  return seconds === undefined ? DEAD_MS : Math.min(seconds, MAX_RETRY_AFTER_SEC) * 1000;
}
