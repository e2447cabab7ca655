import type { AnswerCommand, MediaOptions, OfferCommand } from '@ringback/rtpengine-ng';
import type { Codec, Direction } from '@ringback/sdp';
import type { Call, CallMirror } from '../call/call.ts';
import { Party } from '../call/party.ts';
import { Refusal } from '../control/refusal.ts';
import { PlainTransport } from '../transport/plain-transport.ts';
import type { PortPool } from '../transport/port-pool.ts';
import { kindOfProtocol, type MediaTransport, type TransportKind } from '../transport/transport.ts';
import { WebRtcTransport } from '../transport/webrtc-transport.ts';
import { codecsToAnswer, keepOffer } from './codec-exchange.ts';
import { offeredCodecs } from './codec-selection.ts';
import { type RemoteDescription, readDescription, writeDescription } from './description.ts';
import type { IceDescription } from './ice-description.ts';

/** What the media of all calls is made from. */
export type MediaResources = {
  pool: PortPool;
  /** Bound by sockets. */
  host: string;
  /** Stands in descriptions. */
  address: string;
  /** True when `address` was given by the configuration, so that bound addresses mean nothing outside. */
  advertised: boolean;
  mirror?: CallMirror | undefined;
};

const DEFAULT_PROTOCOL: Readonly<Record<TransportKind, string>> = {
  plain: 'RTP/AVP',
  webrtc: 'UDP/TLS/RTP/SAVPF',
};

/**
 * An offer, first or later (RFC 3264 5, 8): what its sender said is kept, and the description for the other side is
 * given back. Throws Refusal, before anything that was agreed is touched.
 */
export async function offer(call: Call, command: OfferCommand, media: MediaResources): Promise<string> {
  const description = readDescription(command.sdp);
  const codecOffer = offeredCodecs(description.audio.codecs, command.codec);
  const from = call.party(command.fromTag) ?? call.addParty(command.fromTag, undefined);
  const known = command.toTag === undefined ? undefined : call.party(command.toTag);
  const kind = targetKind(command, known, description.kind);
  const to =
    known ??
    call.offered(from, kind, command.viaBranch) ??
    call.addParty(command.toTag ?? '', command.viaBranch);
  const transport = await ensureTransport(to, kind, media);
  const ice = transport instanceof WebRtcTransport ? await transport.offer() : undefined;
  hear(from, description);
  if (command.label !== undefined) from.label = command.label;
  const codecs = keepOffer(from, to, codecOffer, command);
  to.protocol = command.transportProtocol ?? (known ? to.protocol : protocolLike(description, kind));
  return describe(to, command, media, {
    source: description,
    codecs,
    direction: description.audio.direction,
    ice,
    mid: ice && String(to.remote?.media.mid ?? '0'),
  });
}

/**
 * The answer to the last offer of `from-tag`: the two parties are joined, and the description for the offerer is given
 * back. Throws Refusal.
 */
export async function answer(call: Call, command: AnswerCommand, media: MediaResources): Promise<string> {
  const offerer = call.party(command.fromTag);
  if (!offerer?.remote) throw new Refusal('Unknown from-tag');
  const description = readDescription(command.sdp);
  const answerer = findAnswerer(call, command, offerer, description.kind);
  const codecs = codecsToAnswer(offerer, answerer, description.audio.codecs, command);
  if (codecs.length === 0) throw new Refusal('No codec in common');
  if (description.ice && answerer.transport instanceof WebRtcTransport) {
    answerer.transport.acceptAnswer(description.ice);
  }
  const { remote } = offerer;
  const transport = await ensureTransport(offerer, remote.kind, media, remote.ice);
  const ice =
    remote.ice && transport instanceof WebRtcTransport ? await transport.answer(remote.ice) : undefined;
  answerer.tag = command.toTag;
  hear(answerer, description);
  if (command.label !== undefined) answerer.label = command.label;
  offerer.shown = codecs;
  offerer.protocol = remote.media.protocol;
  await Party.join(offerer, answerer);
  return describe(offerer, command, media, {
    source: description,
    codecs,
    direction: description.audio.direction,
    ice,
    mid: remote.media.mid === undefined ? undefined : String(remote.media.mid),
    answers: remote,
  });
}

function hear(party: Party, description: RemoteDescription): void {
  party.remote = description;
  if (party.transport instanceof PlainTransport) party.transport.signal(description.audio);
}

function targetKind(command: OfferCommand, known: Party | undefined, offered: TransportKind): TransportKind {
  const { transportProtocol } = command;
  if (!transportProtocol) return known?.transport?.kind ?? offered;
  const kind = kindOfProtocol(transportProtocol);
  if (!kind) throw new Refusal(`Unsupported transport protocol ${transportProtocol}`);
  return kind;
}

function protocolLike(description: RemoteDescription, kind: TransportKind): string {
  return description.kind === kind ? description.media.protocol : DEFAULT_PROTOCOL[kind];
}

/** By its tag, else by its branch; a further answer of a forked offer takes the place of the one before. */
function findAnswerer(call: Call, command: AnswerCommand, offerer: Party, kind: TransportKind): Party {
  const known = call.party(command.toTag);
  const party = known ?? call.unnamed(kind, command.viaBranch) ?? offerer.peer;
  if (!party?.transport || party === offerer) throw new Refusal('No offer is waiting for this answer');
  if (party.transport.kind === kind) return party;
  throw new Refusal('The answer is for another transport than was offered');
}

/** The party's transport; a new one when there is none, the kind changes, the old one failed, or ICE restarts. */
async function ensureTransport(
  party: Party,
  kind: TransportKind,
  media: MediaResources,
  remoteIce?: IceDescription,
): Promise<MediaTransport> {
  const { transport } = party;
  const restarts = remoteIce && transport instanceof WebRtcTransport && !transport.continues(remoteIce);
  if (transport?.kind === kind && !party.failure && !restarts) return transport;
  if (kind === 'webrtc') {
    const webRtc = await WebRtcTransport.open(media.pool, media.host, party.events);
    party.useTransport(webRtc);
    return webRtc;
  }
  const plain = await PlainTransport.open(media.pool, party.events);
  if (party.remote) plain.signal(party.remote.audio);
  party.useTransport(plain);
  return plain;
}

function describe(
  party: Party,
  command: MediaOptions,
  media: MediaResources,
  line: {
    source: RemoteDescription;
    codecs: readonly Codec[];
    direction: Direction;
    ice: IceDescription | undefined;
    mid: string | undefined;
    answers?: RemoteDescription;
  },
): string {
  const port = party.transport?.port ?? 0;
  const plain = party.transport instanceof PlainTransport;
  return writeDescription(
    line.source.sdp,
    {
      address: media.address,
      port,
      protocol: party.protocol,
      codecs: line.codecs,
      direction: line.direction,
      rtcpPort: plain && !command.flags.includes('no-rtcp-attribute') ? port + 1 : undefined,
      ice: line.ice && advertised(line.ice, media),
      mid: line.mid,
      ssrc: line.ice && { id: party.egress.ownSsrc, cname: party.cname },
    },
    line.answers,
  );
}

/** Behind NAT or in a container the bound addresses mean nothing outside: one candidate with the advertised one. */
function advertised(ice: IceDescription, media: MediaResources): IceDescription {
  const [first] = ice.candidates;
  if (!media.advertised || !first) return ice;
  return { ...ice, candidates: [{ ...first, address: media.address }] };
}
