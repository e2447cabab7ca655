import type { AnswerCommand, MediaOptions, OfferCommand } from '@ringback/rtpengine-ng';
import type { Codec } from '@ringback/sdp';
import type { CryptoAttribute } from '@ringback/srtp';
import type { Call, CallMirror } from '../call/call.ts';
import { Party } from '../call/party.ts';
import { Refusal } from '../control/refusal.ts';
import type { Interfaces } from '../transport/interfaces.ts';
import { SrtpTransport } from '../transport/srtp-transport.ts';
import { hasSockets, kindOfProtocol, type TransportKind } from '../transport/transport.ts';
import { WebRtcTransport } from '../transport/webrtc-transport.ts';
import { codecsToAnswer, keepOffer } from './codec-exchange.ts';
import { offeredCodecs } from './codec-selection.ts';
import { describedBy, type RemoteDescription } from './description.ts';
import type { IceDescription } from './ice-description.ts';
import { descriptionBody, networkOf } from './local-description.ts';
import { ensureTransport, hear, receiverInterface, senderInterface } from './paths.ts';
import { toldAddress, toldCandidates } from './told-address.ts';

/** What the media of all calls is made from. */
export type MediaResources = {
  interfaces: Interfaces;
  mirror?: CallMirror | undefined;
};

const DEFAULT_PROTOCOL: Readonly<Record<TransportKind, string>> = {
  plain: 'RTP/AVP',
  sdes: 'RTP/SAVP',
  webrtc: 'UDP/TLS/RTP/SAVPF',
};

/**
 * An offer, first or later (RFC 3264 5, 8): what its sender said is kept, and the description for the other side is
 * given back. Throws Refusal, before anything that was agreed is touched.
 */
export async function offer(call: Call, command: OfferCommand, media: MediaResources): Promise<string> {
  const description = describedBy(command);
  checkKeys(description);
  const codecOffer = offeredCodecs(description.audio.codecs, command.codec);
  const from = call.party(command.fromTag) ?? call.addParty(command.fromTag, undefined);
  const known = command.toTag === undefined ? undefined : call.party(command.toTag);
  const kind = targetKind(command, known, description.kind);
  const to =
    known ??
    call.offered(from, kind, command.viaBranch) ??
    call.addParty(command.toTag ?? '', command.viaBranch);
  const at = receiverInterface(command, to.signalling.interface, description, media.interfaces);
  const transport = await ensureTransport(to, kind, at);
  const ice = transport instanceof WebRtcTransport ? transport.offer() : undefined;
  const offeredSuites = description.crypto.usable.map(({ suite }) => suite);
  const crypto = kind === 'sdes' ? to.signalling.sdes.offer(command.sdes, offeredSuites) : undefined;
  from.signalling.interface ??= senderInterface(command, description, media.interfaces);
  from.signalling.rtcpMux.heardOffer(description.audio.rtcpMux, command.rtcpMux);
  from.signalling.sdes.preference = command.sdes.offererPreference;
  hear(from, description);
  if (command.label !== undefined) from.label = command.label;
  const codecs = keepOffer(from, to, codecOffer, command);
  to.protocol = command.transportProtocol ?? (known ? to.protocol : protocolLike(description, kind));
  const rtcpMux = to.signalling.rtcpMux.offer(description.audio.rtcpMux, command.rtcpMux);
  return describe(to, command, {
    source: description,
    codecs,
    ice,
    crypto,
    generatesMid: ice !== undefined || command.flags.includes('generate-mid'),
    rtcpMux,
    sharesRtcpPort: rtcpMux && (command.rtcpMux.includes('require') || to.signalling.rtcpMux.agreed),
  });
}

/**
 * The answer to the last offer of `from-tag`: the two parties are joined, and the description for the offerer is given
 * back. Throws Refusal.
 */
export async function answer(call: Call, command: AnswerCommand): Promise<string> {
  const offerer = call.party(command.fromTag);
  const { remote, signalling } = offerer ?? {};
  if (!offerer || !remote || !signalling?.interface) throw new Refusal('Unknown from-tag');
  const description = describedBy(command);
  const answerer = findAnswerer(call, command, offerer, description.kind);
  const codecs = codecsToAnswer(offerer, answerer, description.audio.codecs, command);
  if (codecs.length === 0) throw new Refusal('No codec in common');
  await takeAnswer(answerer, description);
  const transport = await ensureTransport(
    offerer,
    answeredKind(remote, command),
    signalling.interface,
    remote.ice,
  );
  const ice =
    remote.ice && transport instanceof WebRtcTransport ? await transport.answer(remote.ice) : undefined;
  const crypto =
    transport instanceof SrtpTransport ? signalling.sdes.answer(remote.crypto, command.sdes) : undefined;
  const rtcpMux = signalling.rtcpMux.answer(answerer.signalling.rtcpMux.agreed, command.rtcpMux);
  answerer.tag = command.toTag;
  if (command.label !== undefined) answerer.label = command.label;
  hear(answerer, description);
  hear(offerer, remote);
  useKeys(offerer);
  offerer.shown = codecs;
  offerer.protocol = command.acceptsTransport
    ? protocolLike(description, remote.kind)
    : remote.media.protocol;
  await Party.join(offerer, answerer);
  return describe(offerer, command, {
    source: description,
    codecs,
    ice,
    crypto,
    generatesMid: ice === undefined && command.flags.includes('generate-mid'),
    rtcpMux,
    sharesRtcpPort: rtcpMux,
  });
}

/** What the answerer agreed to with our offer. Throws Refusal. */
async function takeAnswer(answerer: Party, description: RemoteDescription): Promise<void> {
  const { transport, signalling } = answerer;
  if (description.ice && transport instanceof WebRtcTransport) await transport.acceptAnswer(description.ice);
  if (transport instanceof SrtpTransport) signalling.sdes.acceptAnswer(description.crypto);
  signalling.rtcpMux.heardAnswer(description.audio.rtcpMux);
  useKeys(answerer);
}

function useKeys({ transport, signalling }: Party): void {
  const keys = signalling.sdes.agreed;
  if (transport instanceof SrtpTransport && keys) transport.useKeys(keys.ours, keys.theirs);
}

function checkKeys({ kind, crypto }: RemoteDescription): void {
  if (kind !== 'sdes' || crypto.usable.length > 0) return;
  const reasons = crypto.refused.length > 0 ? crypto.refused.join('; ') : 'there is none';
  throw new Refusal(`RTP/SAVP needs a usable a=crypto: ${reasons}`);
}

/** RFC 8643: RTP/AVP that offers keys is answered with keys. */
function answeredKind({ kind, crypto }: RemoteDescription, { sdes }: AnswerCommand): TransportKind {
  return kind === 'plain' && crypto.usable.length > 0 && !sdes.off ? 'sdes' : kind;
}

function targetKind(command: OfferCommand, known: Party | undefined, offered: TransportKind): TransportKind {
  const { transportProtocol } = command;
  const kind = transportProtocol ? kindOfProtocol(transportProtocol) : (known?.transport?.kind ?? offered);
  if (!kind) throw new Refusal(`Unsupported transport protocol ${transportProtocol}`);
  // RFC 8643 again: who was answered with keys under RTP/AVP is offered them under RTP/AVP.
  const opportunistic = kind === 'plain' && known?.transport?.kind === 'sdes' && !isSecure(known.protocol);
  return opportunistic ? 'sdes' : kind;
}

function isSecure(protocol: string): boolean {
  return kindOfProtocol(protocol) !== 'plain';
}

function protocolLike(description: RemoteDescription, kind: TransportKind): string {
  return description.kind === kind ? description.media.protocol : DEFAULT_PROTOCOL[kind];
}

/** By its tag, else by its branch; a further answer of a forked offer takes the place of the one before. */
function findAnswerer(call: Call, command: AnswerCommand, offerer: Party, kind: TransportKind): Party {
  const known = call.party(command.toTag);
  const party = known ?? call.unnamed(kind, command.viaBranch) ?? offerer.peer;
  if (!party?.transport || party === offerer) throw new Refusal('No offer is waiting for this answer');
  const opportunistic = kind === 'plain' && party.transport.kind === 'sdes' && !isSecure(party.protocol);
  if (party.transport.kind === kind || opportunistic) return party;
  throw new Refusal('The answer is for another transport than was offered');
}

/** The description for `party`, made of what the other side said and what we agreed on with this one. */
function describe(
  party: Party,
  command: MediaOptions,
  line: {
    source: RemoteDescription;
    codecs: readonly Codec[];
    ice: IceDescription | undefined;
    crypto: readonly CryptoAttribute[] | undefined;
    /** RFC 5888 9.1: an answer names no line that its offer did not. */
    generatesMid: boolean;
    rtcpMux: boolean;
    sharesRtcpPort: boolean;
  },
): string {
  const { source, ice, crypto } = line;
  const { transport, remote, signalling } = party;
  if (!transport || !signalling.interface) throw new Error('a party is described before it has a path');
  const generated = line.generatesMid ? '0' : undefined;
  const address = toldAddress(command, source, signalling.interface, transport.kind);
  const body = descriptionBody(
    source.sdp.timing,
    {
      address,
      port: transport.port,
      protocol: party.protocol,
      codecs: line.codecs,
      direction: source.audio.direction,
      rtcp:
        hasSockets(transport) && !command.flags.includes('no-rtcp-attribute')
          ? {
              port: line.sharesRtcpPort ? transport.port : transport.rtcpPort,
              address: command.flags.includes('full-rtcp-attribute') ? address : undefined,
            }
          : undefined,
      rtcpMux: ice !== undefined || line.rtcpMux,
      ice: ice && toldCandidates(ice, command, signalling.interface),
      crypto: crypto && { lines: crypto, padded: command.sdes.pad },
      mid: remote?.media.mid === undefined ? generated : String(remote.media.mid),
      ssrc: ice && { id: party.egress.ownSsrc, cname: party.cname },
    },
    remote && { media: remote.sdp.media, audio: remote.media },
  );
  const origin = signalling.origin.lines(source.sdp, networkOf(address), command.replace, body);
  return ['v=0', ...origin, body].join('\r\n');
}
