import { isIPv6 } from 'node:net';
import type {
  NgCallStatistics,
  NgCounters,
  NgEndpoint,
  NgKey,
  NgMedia,
  NgSecond,
  NgStream,
  NgTag,
} from '@ringback/rtpengine-ng';
import type { Call } from '../call/call.ts';
import type { Party } from '../call/party.ts';
import type { PressedKey } from '../media/key-log.ts';
import type { Endpoint } from '../transport/source-latch.ts';
import { hasSockets } from '../transport/transport.ts';
import type { Second } from './second-log.ts';

const seconds = (unixMs: number) => Math.floor(unixMs / 1000);

/** Everything known about a call, in the shape of rtpengine's `query`. */
export function callStatistics(call: Call, address: string, nowMs: number, unixMs: number): NgCallStatistics {
  const context = { address, call, unixFromMonotonicMs: unixMs - nowMs };
  const SSRC: NgCallStatistics['SSRC'] = {};
  const tags: NgCallStatistics['tags'] = {};
  let untagged = 0;
  for (const party of call.parties) {
    const quality = party.reports.quality.describe();
    const ssrc = party.ingress.ssrc ?? party.reports.reporter;
    if (quality && ssrc !== undefined) SSRC[ssrc] = quality;
    tags[party.tag || `<untagged ${++untagged}>`] = describeParty(party, context);
  }
  return {
    created: seconds(call.createdMs),
    created_us: Math.floor((call.createdMs % 1000) * 1000),
    created_ts: Math.floor(call.createdMs * 1000),
    'last signal': seconds(call.lastSignalMs),
    'last redis update': 0,
    SSRC,
    tags,
    totals: {
      RTP: total(call.parties.map((party) => party.ingress.rtp)),
      RTCP: total(call.parties.map((party) => party.ingress.rtcp)),
    },
  };
}

type Context = { address: string; call: Call; unixFromMonotonicMs: number };

function total(counters: readonly NgCounters[]): NgCounters {
  const sum = { packets: 0, bytes: 0, errors: 0 };
  for (const { packets, bytes, errors } of counters) {
    sum.packets += packets;
    sum.bytes += bytes;
    sum.errors += errors;
  }
  return sum;
}

function describeParty(party: Party, context: Context): NgTag {
  const others = party.peer ? [{ tag: party.peer.tag, type: 'offer/answer' as const }] : [];
  return {
    tag: party.tag,
    ...(party.label !== undefined && { label: party.label }),
    ...(party.viaBranch !== undefined && { 'via-branch': party.viaBranch }),
    created: seconds(party.createdMs),
    ...(party.failure !== undefined && { failure: party.failure }),
    ...(party.inlet.keyLog.keys.length > 0 && { keys: party.inlet.keyLog.keys.map(describeKey) }),
    subscriptions: others,
    subscribers: others,
    medias: party.transport ? [describeMedia(party, context)] : [],
  };
}

function describeKey({ digit, atMs }: PressedKey): NgKey {
  return { key: digit, pressed_us: Math.floor(atMs * 1000) };
}

function describeMedia(party: Party, context: Context): NgMedia {
  const codec = party.shown[0];
  const direction = party.remote?.audio.direction ?? 'sendrecv';
  const flags = ['initialized'];
  if (direction === 'sendrecv' || direction === 'recvonly') flags.push('send');
  if (direction === 'sendrecv' || direction === 'sendonly') flags.push('recv');
  if (party.transport?.kind === 'webrtc') flags.push('rtcp-mux', 'DTLS-SRTP', 'ICE');
  else if (party.signalling.rtcpMux.agreed) flags.push('rtcp-mux');
  if (party.transport?.kind === 'sdes') flags.push('SDES');
  return {
    index: 1,
    type: 'audio',
    protocol: party.protocol,
    ...(codec && { codec: `${codec.name}/${codec.clockRate}${codec.channels ? `/${codec.channels}` : ''}` }),
    streams: describeStreams(party, context),
    flags,
    seconds: party.seconds.last(TOLD_SECONDS).map(describeSecond),
  };
}

/** A client that asks each second may miss a few replies. */
const TOLD_SECONDS = 5;

function describeSecond({ atSec, packets, lost, jitterMs, roundTripMs, mos, codec }: Second): NgSecond {
  return {
    'reported at': atSec,
    packets,
    lost,
    jitter_us: Math.round(jitterMs * 1000),
    ...(roundTripMs !== undefined && { 'round-trip time': Math.round(roundTripMs * 1000) }),
    ...(mos !== undefined && { MOS: Math.round(mos * 10) }),
    codec,
  };
}

function describeStreams(party: Party, context: Context): NgStream[] {
  const { transport, ingress } = party;
  if (!transport) return [];
  const address = party.signalling.interface?.address ?? context.address;
  const lastMs = ingress.lastPacketMs;
  const lastPacket = seconds(
    lastMs === undefined ? context.call.createdMs : lastMs + context.unixFromMonotonicMs,
  );
  const common = {
    'local address': address,
    family: familyOf(address),
    'last packet': lastPacket,
    'last kernel packet': 0,
    'last user packet': lastPacket,
    ...(ingress.ssrc !== undefined && { SSRC: ingress.ssrc }),
  };
  const plain = hasSockets(transport) ? transport : undefined;
  const { candidatePair } = transport;
  const rtp: NgStream = {
    'local port': transport.port,
    ...common,
    endpoint: endpoint(plain?.rtpLatch.target ?? candidatePair?.remote),
    ...(candidatePair && { 'candidate pair': candidatePair }),
    'advertised endpoint': endpoint(plain?.rtpLatch.signalled),
    flags: plain ? ['RTP', 'filled'] : ['RTP', 'RTCP', 'filled'],
    stats: ingress.rtp,
    stats_out: party.outlet.rtp,
    'ingress SSRCs': ingress.describe(),
    'egress SSRCs': party.egress.describe(),
  };
  const rtcp: NgStream = {
    'local port': plain ? plain.rtcpPort : transport.port,
    ...common,
    endpoint: endpoint(plain?.rtcpLatch.target),
    'advertised endpoint': endpoint(plain?.rtcpLatch.signalled),
    flags: ['RTCP', 'filled'],
    stats: { ...ingress.rtcp },
    stats_out: { ...party.reports.sent },
    'ingress SSRCs': [],
    'egress SSRCs': [],
  };
  return [rtp, rtcp];
}

function endpoint(known: Endpoint | undefined): NgEndpoint | Record<string, never> {
  if (!known) return {};
  const { address, port } = known;
  return { family: familyOf(address), address, port };
}

function familyOf(address: string): 'IPv4' | 'IPv6' {
  return isIPv6(address) ? 'IPv6' : 'IPv4';
}
