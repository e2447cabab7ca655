import { type Codec, isAuxiliary, isTelephoneEvent, sameCodec, TELEPHONE_EVENT } from './codec.ts';
import { parseSdp, type Sdp, type SdpMedia, writeSdp } from './description.ts';
import { type Direction, type RemoteAudio, remoteAudio, type Transport } from './media.ts';
import { SdpError } from './sdp-error.ts';

/** Our side of one audio stream over plain RTP. */
export type LocalAudio = {
  address: string;
  /** RTP port; RTCP is on the next one. */
  port: number;
  /** In order of preference, telephone-event not among them. */
  codecs: readonly Codec[];
  /** What we are willing to do; sendrecv when absent. */
  direction?: Direction;
  /** Number for `o=`, the same in every description of a session. */
  sessionId: number | string;
  /** Number for `o=`, one more for every changed description (RFC 3264 8). */
  version: number;
};

export type AudioOffer = LocalAudio & {
  /** Leave out to offer no telephone-event. */
  dtmfPayloadType?: number | undefined;
};

export type AudioCapabilities = LocalAudio & {
  /** False refuses telephone-event; otherwise it is taken under the offered number. */
  dtmf?: boolean;
  /** Profiles that are taken; `RTP/AVP` alone when absent. */
  transports?: readonly Transport[];
};

/** The answer and what the two sides now agree on. */
export type AudioAnswer = {
  sdp: string;
  /** With the offered payload type. */
  codec: Codec;
  dtmfPayloadType: number | undefined;
  /** As we see it: `sendonly` means that we only send. */
  direction: Direction;
  remote: RemoteAudio;
};

function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

function directionFrom(sending: boolean, receiving: boolean): Direction {
  if (sending) return receiving ? 'sendrecv' : 'sendonly';
  return receiving ? 'recvonly' : 'inactive';
}

/** RFC 3264 6.1: we send what they receive and receive what they send, as far as we want to. */
export function answerDirection(offered: Direction, wanted: Direction = 'sendrecv'): Direction {
  return directionFrom(sends(wanted) && receives(offered), receives(wanted) && sends(offered));
}

/** An offer of one audio line over RTP/AVP (RFC 3264 5). */
export function audioOffer(offer: AudioOffer): string {
  const codecs = [...offer.codecs];
  if (offer.dtmfPayloadType !== undefined) {
    codecs.push({ ...TELEPHONE_EVENT, payloadType: offer.dtmfPayloadType });
  }
  return writeSdp(sessionOf(offer, [audioLine(offer, codecs, 'RTP/AVP', offer.direction ?? 'sendrecv')]));
}

/**
 * Answers an offer with one audio stream (RFC 3264 6): formats keep the offered numbers, further media lines are
 * refused with port 0. Throws SdpError: `malformed`, `no-audio`, `unsupported-transport`, `no-common-codec`.
 */
export function answerTo(offer: string | Sdp, capabilities: AudioCapabilities): AudioAnswer {
  const offered = typeof offer === 'string' ? parseSdp(offer) : offer;
  const transports = capabilities.transports ?? ['RTP/AVP'];
  const media = chooseAudio(offered, transports);
  const remote = remoteAudio({ ...offered, media: [media] });
  const codec = chooseCodec(remote, capabilities);
  const event = capabilities.dtmf === false ? undefined : chooseEvent(remote, codec);
  const direction = answerDirection(remote.direction, capabilities.direction);
  const line = audioLine(capabilities, event ? [codec, event] : [codec], remote.transport, direction);
  if (media.mid !== undefined) line.mid = media.mid;
  const lines = offered.media.map((other) => (other === media ? line : refused(other)));
  const answer = { ...sessionOf(capabilities, lines), ...(offered.timing && { timing: offered.timing }) };
  return { sdp: writeSdp(answer), codec, dtmfPayloadType: event?.payloadType, direction, remote };
}

function chooseAudio(offered: Sdp, transports: readonly Transport[]): SdpMedia {
  const audio = offered.media.filter((media) => media.type === 'audio' && media.port !== 0);
  if (audio.length === 0) throw new SdpError('no-audio', 'no audio line with a port');
  const usable = audio.find((media) => transports.some((transport) => transport === media.protocol));
  if (usable) return usable;
  throw new SdpError(
    'unsupported-transport',
    `audio is offered over ${audio.map((m) => m.protocol).join(', ')}`,
  );
}

// RFC 3264 6.1: the offerer's order counts. The packet length is the one asked for.
function chooseCodec(remote: RemoteAudio, capabilities: LocalAudio): Codec {
  const codec = remote.codecs.find((theirs) => capabilities.codecs.some((ours) => sameCodec(ours, theirs)));
  if (codec && !isAuxiliary(codec)) return codec;
  const names = remote.codecs.map((theirs) => theirs.name).join(', ');
  throw new SdpError('no-common-codec', `none of the offered codecs is known: ${names}`);
}

function chooseEvent(remote: RemoteAudio, codec: Codec): Codec | undefined {
  const events = remote.codecs.filter(isTelephoneEvent);
  // RFC 4733 2.1: events run on the clock of the audio they replace.
  return events.find((event) => event.clockRate === codec.clockRate);
}

function audioLine(
  local: LocalAudio,
  codecs: readonly Codec[],
  transport: Transport,
  direction: Direction,
): SdpMedia {
  return {
    type: 'audio',
    port: local.port,
    protocol: transport,
    payloads: codecs.map((codec) => codec.payloadType).join(' '),
    rtp: codecs.map((codec) => ({
      payload: codec.payloadType,
      codec: codec.name,
      rate: codec.clockRate,
      ...(codec.channels && { encoding: codec.channels }),
    })),
    fmtp: codecs.flatMap(({ payloadType, parameters }) =>
      parameters === undefined ? [] : [{ payload: payloadType, config: parameters }],
    ),
    ptime: codecs[0]?.ptimeMs ?? 20,
    direction,
  };
}

// RFC 3264 6: a refused stream keeps its place, with port 0 and any one of its formats.
function refused(media: SdpMedia): SdpMedia {
  const { type, protocol, payloads, mid } = media;
  return { type, port: 0, protocol, payloads, rtp: [], fmtp: [], ...(mid !== undefined && { mid }) };
}

function sessionOf(local: LocalAudio, media: SdpMedia[]): Sdp {
  const version = local.address.includes(':') ? 6 : 4;
  return {
    version: 0,
    origin: {
      username: '-',
      sessionId: local.sessionId,
      sessionVersion: local.version,
      netType: 'IN',
      ipVer: version,
      address: local.address,
    },
    name: '-',
    connection: { version, ip: local.address },
    timing: { start: 0, stop: 0 },
    media,
  };
}
