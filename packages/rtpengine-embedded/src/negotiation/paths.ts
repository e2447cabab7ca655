import type { MediaOptions } from '@ringback/rtpengine-ng';
import type { Party } from '../call/party.ts';
import { familyOf, type Interfaces, type MediaInterface } from '../transport/interfaces.ts';
import { PlainTransport } from '../transport/plain-transport.ts';
import { SrtpTransport } from '../transport/srtp-transport.ts';
import { hasSockets, type MediaTransport, type TransportKind } from '../transport/transport.ts';
import { WebRtcTransport } from '../transport/webrtc-transport.ts';
import { type RemoteDescription, withOwnRtcpPort } from './description.ts';
import type { IceDescription } from './ice-description.ts';

/** Where the receiver of an offer is reached: by `direction` and `address-family`, else as before, else like the sender. */
export function receiverInterface(
  { direction, addressFamily }: MediaOptions,
  known: MediaInterface | undefined,
  sender: RemoteDescription,
  interfaces: Interfaces,
): MediaInterface {
  const [, name = known?.name] = direction;
  const like = known?.address ?? sender.audio.address;
  return interfaces.choose(name, addressFamily ?? familyOf(like));
}

/** Where the sender of an offer is reached, which is settled by its first one. */
export function senderInterface(
  { direction: [name] }: MediaOptions,
  sender: RemoteDescription,
  interfaces: Interfaces,
): MediaInterface {
  return interfaces.choose(name, familyOf(sender.audio.address));
}

/**
 * The party's transport; a new one when there is none, its kind or interface changes, the old one failed, or ICE
 * restarts.
 */
export async function ensureTransport(
  party: Party,
  kind: TransportKind,
  at: MediaInterface,
  remoteIce?: IceDescription,
): Promise<MediaTransport> {
  const { transport } = party;
  const restarts = remoteIce && transport instanceof WebRtcTransport && !transport.continues(remoteIce);
  const moves = party.signalling.interface !== undefined && party.signalling.interface !== at;
  if (transport?.kind === kind && !party.failure && !restarts && !moves) return transport;
  const opened = await open(party, kind, at);
  party.signalling.interface = at;
  party.signalling.sdes.forget();
  party.useTransport(opened);
  if (party.remote) hear(party, party.remote);
  return opened;
}

async function open(party: Party, kind: TransportKind, at: MediaInterface): Promise<MediaTransport> {
  switch (kind) {
    case 'plain':
      return PlainTransport.open(at.pool, party);
    case 'sdes':
      return SrtpTransport.open(at.pool, party);
    case 'webrtc':
      return WebRtcTransport.open(at.pool, at.host, party);
    default:
      return kind satisfies never;
  }
}

/** Takes what the endpoint says: its sockets are where that description puts them. */
export function hear(party: Party, description: RemoteDescription): void {
  party.remote = description;
  if (!hasSockets(party.transport)) return;
  const muxed = party.signalling.rtcpMux.agreed;
  party.transport.signal(muxed ? description.audio : withOwnRtcpPort(description), muxed);
}
