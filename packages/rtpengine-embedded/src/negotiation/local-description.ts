import { isIPv6 } from 'node:net';
import type { Codec, Direction, SdpMedia } from '@ringback/sdp';
import { type CryptoAttribute, writeCrypto } from '@ringback/srtp';
import { END_OF_CANDIDATES, type IceDescription, iceLines } from './ice-description.ts';

/** Our side of one audio line, as it is told to an endpoint. */
export type LocalDescription = {
  /** The address of the plain sockets, or of the connection line beside the candidates. */
  address: string;
  port: number;
  protocol: string;
  codecs: readonly Codec[];
  direction: Direction;
  /** Left out on request: some phones stumble over it. `address` stands in it on request. */
  rtcp?: { port: number; address?: string | undefined } | undefined;
  rtcpMux?: boolean | undefined;
  ice?: IceDescription | undefined;
  crypto?: { lines: readonly CryptoAttribute[]; padded: boolean } | undefined;
  mid?: string | undefined;
  /** What we send with, for receivers that want it declared: exactly this or nothing. */
  ssrc?: { id: number; cname: string } | undefined;
};

/** The lines of the endpoint's own last description, and which of them is the audio: order and number never change. */
export type MediaLayout = { media: readonly SdpMedia[]; audio: SdpMedia };

export function networkOf(address: string): string {
  return `IN ${isIPv6(address) ? 'IP6' : 'IP4'} ${address}`;
}

/** What follows the origin: our address and one audio line of ours; other lines are refused in their place (RFC 3264 6). */
export function descriptionBody(
  timing: { start: number; stop: number } | undefined,
  local: LocalDescription,
  layout: MediaLayout | undefined,
): string {
  const audio = audioLines(local);
  const media = layout?.media.map((line) => (line === layout.audio ? audio : refusedLines(line))) ?? [audio];
  return [
    `c=${networkOf(local.address)}`,
    `t=${timing?.start ?? 0} ${timing?.stop ?? 0}`,
    ...(local.ice && local.mid !== undefined ? [`a=group:BUNDLE ${local.mid}`] : []),
    ...media.flat(),
    '',
  ].join('\r\n');
}

function audioLines(local: LocalDescription): string[] {
  const { codecs, ice, mid, ssrc, rtcp, crypto } = local;
  return [
    `m=audio ${local.port} ${local.protocol} ${codecs.map((codec) => codec.payloadType).join(' ')}`,
    ...(mid === undefined ? [] : [`a=mid:${mid}`]),
    ...codecs.flatMap(codecLines),
    `a=${local.direction}`,
    `a=ptime:${codecs[0]?.ptimeMs ?? 20}`,
    ...(rtcp
      ? [`a=rtcp:${rtcp.port}${rtcp.address === undefined ? '' : ` ${networkOf(rtcp.address)}`}`]
      : []),
    ...(local.rtcpMux ? ['a=rtcp-mux'] : []),
    ...(crypto?.lines.map((line) => `a=crypto:${writeCrypto(line, crypto.padded)}`) ?? []),
    ...(ice ? [...iceLines(ice), END_OF_CANDIDATES] : []),
    ...(ssrc ? [`a=msid:ringback audio`, `a=ssrc:${ssrc.id} cname:${ssrc.cname}`] : []),
  ];
}

function codecLines({ name, payloadType, clockRate, channels, parameters }: Codec): string[] {
  const map = `a=rtpmap:${payloadType} ${name}/${clockRate}${channels ? `/${channels}` : ''}`;
  return parameters === undefined ? [map] : [map, `a=fmtp:${payloadType} ${parameters}`];
}

function refusedLines({ type, protocol, payloads, mid }: SdpMedia): string[] {
  return [
    `m=${type} 0 ${protocol} ${payloads}`,
    ...(mid === undefined ? [] : [`a=mid:${mid}`]),
    'a=inactive',
  ];
}
